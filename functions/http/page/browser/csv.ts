/**
 * Browser's part: finds the rows of a scored CSV document whose last column, the error, is filled. Rows that failed
 * stand in it as they came, those of broken quoting too: these end at their first line end, as on the server.
 */
export const CSV = String.raw`
const MAX_FAILED = 20;

// where a record ends, and where its last field begins; undefined where its quoting is broken
function readRecord(text, start, delimiter) {
  let field = start;
  for (let at = start; ; ) {
    if (text[at] === '"') {
      let close = text.indexOf('"', at + 1);
      while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
      if (close === -1) return undefined;
      at = close + 1;
      if (at < text.length && text[at] !== delimiter && text[at] !== '\n' && text[at] !== '\r') return undefined;
    } else {
      while (at < text.length && text[at] !== delimiter && text[at] !== '\n' && text[at] !== '\r') at += 1;
    }
    if (at >= text.length || text[at] !== delimiter) return { end: at, field };
    at += 1;
    field = at;
  }
}

// a broken record's own text may hold anything: its last field is what looks like one
function readBroken(text, start, delimiter) {
  const line = /[^\r\n]*/y;
  line.lastIndex = start;
  const [record] = line.exec(text);
  const quoted = /"(?:[^"]|"")*"$/.exec(record);
  return { end: start + record.length, field: start + (quoted ? quoted.index : record.lastIndexOf(delimiter) + 1) };
}

function unquote(field) {
  return field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
}

// fields between a row as it came and its error: what a prediction adds
function countAdded({ kind, everyClass, classes = [], targets = [] }) {
  if (kind === 'values') return targets.length;
  if (kind === 'label') return 1;
  return 2 + (everyClass ? classes.length : 0);
}

function readScored(text, output) {
  const added = countAdded(output);
  const [, delimiter = ','] = /([,;\t|])(?:prediction_)?error(?:_\d+)?(?=[\r\n]|$)/.exec(text) ?? [];
  const failed = [];
  let [rows, failures, at] = [-1, 0, 0];
  while (at < text.length) {
    const { end, field } = readRecord(text, at, delimiter) ?? readBroken(text, at, delimiter);
    rows += 1;
    if (rows > 0 && field < end) {
      failures += 1;
      if (failed.length < MAX_FAILED)
        failed.push({ row: rows, message: unquote(text.slice(field, end)), text: text.slice(at, field - 1 - added) });
    }
    at = text[end] === '\r' && text[end + 1] === '\n' ? end + 2 : end + 1;
  }
  return { rows: Math.max(rows, 0), failures, failed };
}
`;
