/** Browser's part: reads the form, shows what is wrong beside its fields, and the lines that do the same. */
export const FORM = String.raw`
const form = byId('form');
const controls = model.fields.map((_, index) => byId('field-' + index));
let asked = 0;

function readField({ kind, mayMiss }, control) {
  if (kind === 'json' || kind === 'instance') return JSON.parse(control.value);
  if (control.value === '') return kind === 'text' && !mayMiss ? '' : null;
  return kind === 'number' ? Number(control.value) : control.value;
}

function readInstance() {
  const values = model.fields.map((field, index) => readField(field, controls[index]));
  if (model.instance === 'value') return values[0];
  if (model.instance === 'array') return values;
  return Object.fromEntries(model.fields.map(({ name }, index) => [name, values[index]]));
}

function showProblem(index, text) {
  const problem = byId('problem-' + index);
  problem.textContent = text;
  problem.hidden = text === '';
  if (text === '') controls[index].removeAttribute('aria-invalid');
  else controls[index].setAttribute('aria-invalid', 'true');
}

function clearProblems() {
  controls.forEach((_, index) => showProblem(index, ''));
}

function focusFirstProblem() {
  controls.find((control) => control.getAttribute('aria-invalid') === 'true')?.focus();
}

function showDetails(details) {
  for (const { column, feature, expected, got, nearest } of details) {
    const name = column ?? feature;
    const isWhole = model.instance === 'value';
    const index = isWhole ? 0 : model.fields.findIndex((field) => field.name === name);
    if (index === -1) continue;
    const place = isWhole && name !== undefined ? name + ': ' : '';
    const hint = nearest === undefined ? '' : ' (nearest: ' + nearest + ')';
    const before = byId('problem-' + index).textContent;
    showProblem(index, (before === '' ? '' : before + '; ') + place + 'expected ' + expected + ', got ' + got + hint);
  }
}

// what the browser itself can't read never reaches the server
function findUnreadable() {
  controls.forEach((control, index) => {
    if (control.validity.badInput) showProblem(index, 'expected a number');
    if (model.fields[index].kind !== 'instance') return;
    try {
      JSON.parse(control.value);
    } catch (error) {
      showProblem(index, 'This is not JSON: ' + error.message);
    }
  });
  return controls.some((control) => control.getAttribute('aria-invalid') === 'true');
}

function showLines() {
  let instance;
  try {
    instance = readInstance();
  } catch {
    return; // it is being typed
  }
  const document = { instances: [instance] };
  byId('json').textContent = JSON.stringify(document, null, 2);
  const quoted = JSON.stringify(document).replaceAll("'", "'\\''");
  byId('curl').textContent =
    "curl '" + address.replaceAll("'", '%27') + "' -H 'Content-Type: application/json' -d '" + quoted + "'";
}

async function copy(button) {
  const source = byId(button.dataset.copies);
  const said = byId(button.dataset.copies + '-copied');
  try {
    await navigator.clipboard.writeText(source.textContent);
    said.textContent = 'Copied.';
  } catch {
    getSelection().selectAllChildren(source);
    said.textContent = 'Selected: copy it with the keyboard.';
  }
}

async function predictForm() {
  clearProblems();
  asked += 1;
  const mine = asked;
  if (findUnreadable()) {
    showFailure('Nothing was sent: a field cannot be read.');
    focusFirstProblem();
    return;
  }
  byId('result').setAttribute('aria-busy', 'true');
  try {
    const response = await ask('', 'application/json', JSON.stringify({ instances: [readInstance()] }));
    const answer = await response.json();
    if (mine !== asked) return;
    showPrediction(answer.predictions[0]);
    noteSwap(answer.model.digest);
  } catch (error) {
    if (mine !== asked) return;
    showFailure(error.message);
    showDetails(error.details ?? []);
    focusFirstProblem();
  } finally {
    if (mine === asked) byId('result').removeAttribute('aria-busy');
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  predictForm();
});
form.addEventListener('input', showLines);
for (const button of document.querySelectorAll('[data-copies]')) button.addEventListener('click', () => copy(button));
showLines();
`;
