/** Browser's part: a prediction as a number and bars. */
export const PREDICTION = `
const MAX_BARS = 12;

function showFailure(message) {
  byId('result').replaceChildren(make('p', { class: 'failed' }, message));
}

function toBar(name, value, [low, high]) {
  const filled = make('div', {});
  filled.style.width = (100 * (value - low)) / (high - low) + '%'; // no style attribute: the policy lets none in
  const told = { 'aria-label': name, 'aria-valuemin': low, 'aria-valuemax': high, 'aria-valuenow': value };
  const bar = make('div', { class: 'bar', role: 'meter', ...told }, filled);
  return make('li', {}, make('bdi', {}, name), make('b', {}, String(value)), bar);
}

// the largest first where there are too many to show
function toBars(names, values, range) {
  const all = names.map((name, index) => ({ name: String(name), value: values[index] }));
  const shown = all.length <= MAX_BARS ? all : all.toSorted((one, other) => other.value - one.value).slice(0, MAX_BARS);
  const list = make('ul', { class: 'bars' }, ...shown.map(({ name, value }) => toBar(name, value, range)));
  if (shown.length === all.length) return [list];
  return [list, make('p', { class: 'soft' }, 'The ' + MAX_BARS + ' largest of ' + all.length + '.')];
}

function toHeadline(caption, text) {
  return [make('p', { class: 'soft' }, caption), make('p', { class: 'answer' }, make('bdi', {}, text))];
}

// from zero to the largest, or from the smallest where there are negative ones
function rangeOf(values) {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  return low === high ? [0, 1] : [low, high];
}

function toPrediction({ label, probability, probabilities, score, scores, value, values }) {
  const { kind, classes = [], targets = [] } = model.output;
  if (kind === 'probabilities') {
    return [...toHeadline('Label', String(label)), ...toBars(classes, probabilities ?? [], [0, 1])];
  }
  if (kind === 'scores') {
    const bars = scores === undefined ? [] : toBars(classes, scores, rangeOf(scores));
    return [...toHeadline('Label', String(label)), make('p', {}, 'Score: ', make('b', {}, String(score))), ...bars];
  }
  if (kind === 'anomaly') {
    const words = label === -1 ? 'Anomaly' : 'Usual';
    const told = score === undefined ? [] : [make('p', {}, 'Score: ', make('b', {}, String(score)))];
    return [...toHeadline('Label ' + label, words), ...told];
  }
  if (kind === 'label') return toHeadline('Label', String(label));
  return values === undefined ? toHeadline('Value', String(value)) : toBars(targets, values, rangeOf(values));
}

function showPrediction(prediction) {
  byId('result').replaceChildren(...toPrediction(prediction));
}
`;
