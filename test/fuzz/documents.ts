// CSV documents as people, spreadsheets and accidents write them.
import type { ColumnSpec } from '../../src/features/column-spec.ts';
import type { Random } from './random.ts';

/** Makes up a document for a model of these columns. @param rows about so many */
export function makeDocument(random: Random, columns: readonly ColumnSpec[], rows: number): Buffer {
  const delimiter = random.pick([',', ',', ',', ';', '\t', '|']);
  const newline = random.pick(['\n', '\n', '\n', '\r\n', '\r\n', '\r']);
  const others = ['id', 'note', 'label', 'Größe', 'prediction_label'].filter(() => random.chance(0.3));
  const passed = random.chance(0.5) ? random.below(2 * columns.length + 5) : 0;
  const names = shuffle(random, [
    ...columns.map(({ name }) => name),
    ...others,
    ...Array.from({ length: passed }, (_, index) => `${PASSED}${index}`),
  ]);
  const specs = names.map((name) => columns.find((column) => column.name === name));
  const parts: (string | Buffer)[] = [];
  if (random.chance(0.1)) parts.push('\ufeff');
  if (random.chance(0.05)) parts.push(`sep=${delimiter}${newline}`);
  if (random.chance(0.05)) parts.push(newline);
  parts.push(names.map((name) => (random.chance(0.05) ? `"${name}"` : name)).join(delimiter), newline);
  const oddness = random.pick([0, 0, 0.01, 0.05, 0.3]);
  const quoting = random.pick([0, 0, 0.05, 1]);
  for (let row = 0; row < rows; row += 1) {
    const fields = specs.map((spec, index) => {
      // most documents have many columns that no model reads, in most of which there is nothing odd
      const isPassed = names[index]?.startsWith(PASSED) === true && !random.chance(oddness / 30);
      const text = isPassed ? random.pick(PLAIN) : toField(random, spec, oddness);
      return quote(random, text, delimiter, quoting);
    });
    if (random.chance(oddness / 10)) fields.pop();
    if (random.chance(oddness / 10)) fields.push('x');
    if (random.chance(oddness / 10))
      fields[random.below(fields.length)] = random.pick(['"open', '"a"b', '"']);
    parts.push(fields.join(delimiter));
    if (random.chance(oddness / 20)) parts.push(Buffer.from([random.pick([0xff, 0, 0xc3])]));
    if (row < rows - 1 || random.chance(0.7)) parts.push(random.chance(oddness / 10) ? '\n' : newline);
    if (random.chance(oddness / 10)) parts.push(random.pick([newline, ` \t${newline}`, '\r', '\n']));
  }
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

const PASSED = 'passed ';
const PLAIN = ['', 'Isla de Pascua', '2017-01-01 23:30:00', '7', "it's", ' ', 'Ñandú', '1.5'];

function shuffle<T>(random: Random, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

function quote(random: Random, text: string, delimiter: string, quoting: number): string {
  const isNeeded = /["\r\n]/.test(text) || text.includes(delimiter);
  return (isNeeded && random.chance(0.98)) || random.chance(quoting)
    ? `"${text.replaceAll('"', '""')}"`
    : text;
}

function toField(random: Random, spec: ColumnSpec | undefined, oddness: number): string {
  if (random.chance(oddness)) return random.pick(ODD);
  const text = toValue(random, spec);
  return random.chance(oddness / 2) ? ` ${text}${random.pick(['', ' ', '\t'])}` : text;
}

const ODD: readonly string[] = [
  ...[
    '',
    ' ',
    'NA',
    'nan',
    'Infinity',
    '1e400',
    '1e39',
    '-1e39',
    '0x1',
    '1_000',
    '1,5',
    '--1',
    '+',
    '-',
    '.',
  ],
  ...['+1', '.5', '5.', '-.5', '1e3', '1E-3', '007', '-0', '1.0', '1.', 'True', 'False', '9007199254740993'],
  ...['123456789012345678901', '0.1234567890123456789', '1e-46', '3.4028235e38', '3.5e38', '10', '11', '-1'],
  ...['a"b', 'x\ny', 'x\r\ny', '"', '""', 'é', 'e\u0301', '\u0000', 'purple', 'Red', 'red ', 'dark  blue'],
];

function toValue(random: Random, spec: ColumnSpec | undefined): string {
  switch (spec?.type) {
    case 'category':
      return String(random.pick(spec.categories));
    case 'number':
      return spec.integer === true
        ? String(random.below(11) - (random.chance(0.02) ? 5 : 0))
        : toNumber(random);
    case 'boolean':
      return random.pick(['true', 'false', 'True', '0', '1']);
    case 'timestamp':
      return random.pick(['2026-03-01', '2026-12-31T23:59:59Z', '2024-02-29 00:00:00']);
    default:
      return random.pick([
        '',
        'plain',
        '12',
        'two words',
        'Ñandú',
        'a,b',
        'said "hi"',
        'x;y',
        '2017-01-01 23:30:00',
      ]);
  }
}

function toNumber(random: Random): string {
  const size = 10 ** random.below(9);
  return random.pick([
    () => String(random.below(2)),
    () => String(random.below(size)),
    () => `-${random.below(size)}`,
    () => (random.next() * size).toFixed(random.below(9)),
    () => (random.next() * 2 - 1).toFixed(6),
    () => String(random.next() / size),
  ])();
}
