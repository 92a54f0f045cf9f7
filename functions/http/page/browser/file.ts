/** Browser's part: scores a file, shows the rows that failed, and offers the predictions. */
export const FILE = String.raw`
const drop = byId('drop');
const MAX_ROW_CHARACTERS = 200;
let scored = 0;
let offered;

function counted(count, noun) {
  return count.toLocaleString('en') + ' ' + noun + (count === 1 ? '' : 's');
}

function toFailedTable(failed, failures) {
  const caption = failed.length < failures ? 'The first ' + failed.length + ' rows that failed' : 'Rows that failed';
  const head = ['Row', 'What is wrong', 'As it came'].map((title) => make('th', { scope: 'col' }, title));
  const rows = failed.map(({ row, message, text }) => {
    const shown = text.length > MAX_ROW_CHARACTERS ? text.slice(0, MAX_ROW_CHARACTERS) + '…' : text;
    return make('tr', {}, make('th', { scope: 'row' }, String(row)), make('td', {}, message), make('td', {}, make('code', {}, shown)));
  });
  const table = make('table', {}, make('caption', {}, caption), make('thead', {}, make('tr', {}, ...head)), make('tbody', {}, ...rows));
  return make('div', { class: 'table', tabindex: '0', role: 'region', 'aria-label': caption }, table);
}

function toDownload(name, bytes) {
  if (offered !== undefined) URL.revokeObjectURL(offered);
  offered = URL.createObjectURL(new Blob([bytes], { type: 'text/csv' }));
  const download = name.replace(/\.csv$/i, '') + '-predictions.csv';
  return make('a', { class: 'button', id: 'download', href: offered, download }, 'Download the predictions');
}

async function scoreFile(file) {
  const result = byId('file-result');
  scored += 1;
  const mine = scored;
  result.replaceChildren(make('p', {}, 'Scoring ' + file.name + ' …'));
  try {
    const response = await ask('?on_error=partial', 'text/csv', file);
    const bytes = await response.arrayBuffer();
    if (mine !== scored) return;
    const { rows, failures, failed } = readScored(new TextDecoder().decode(bytes), model.output);
    const summary = file.name + ': ' + counted(rows, 'row') + ', ' + (failures === 0 ? 'none' : failures.toLocaleString('en')) + ' failed.';
    const table = failed.length === 0 ? [] : [toFailedTable(failed, failures)];
    result.replaceChildren(make('p', failures === 0 ? {} : { class: 'failed' }, summary), toDownload(file.name, bytes), ...table);
    noteSwap(response.headers.get('X-Model')?.split('@').at(-1));
  } catch (error) {
    if (mine === scored) result.replaceChildren(make('p', { class: 'failed' }, file.name + ': ' + error.message));
  }
}

byId('file').addEventListener('change', ({ target }) => {
  const [file] = target.files;
  target.value = ''; // so that the same file, mended, can be chosen again
  if (file !== undefined) scoreFile(file);
});

// a file that misses the field would take the place of the page
function isFile(event) {
  return event.dataTransfer?.types.includes('Files') === true;
}
document.addEventListener('dragover', (event) => {
  if (!isFile(event)) return;
  event.preventDefault();
  drop.classList.add('over');
});
document.addEventListener('dragleave', (event) => {
  if (event.relatedTarget === null) drop.classList.remove('over');
});
document.addEventListener('drop', (event) => {
  if (!isFile(event)) return;
  event.preventDefault();
  drop.classList.remove('over');
  const [file] = event.dataTransfer.files;
  if (file !== undefined) scoreFile(file);
});
`;
