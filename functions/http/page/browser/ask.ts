/** Browser's part: what the other parts share, and the one that asks the server. */
export const ASK = `
const model = JSON.parse(document.getElementById('model').textContent);
const address = location.origin + location.pathname;

function byId(id) {
  return document.getElementById(id);
}

// text becomes text alone: nothing that a server or a file says is read as markup
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// the answer, or an error whose message tells why there is none; details name rows and columns
async function ask(query, type, body) {
  let response;
  try {
    response = await fetch(address + query, { method: 'POST', headers: { 'Content-Type': type }, body });
  } catch {
    throw new Error('The server could not be reached.');
  }
  if (response.ok) return response;
  const told = await response.json().catch(() => ({}));
  const message = typeof told.error === 'string' ? told.error : 'The server answered with status ' + response.status + '.';
  throw Object.assign(new Error(message), { details: Array.isArray(told.details) ? told.details : [] });
}

function noteSwap(digest) {
  byId('swapped').hidden = digest === undefined || digest === model.digest;
}
`;
