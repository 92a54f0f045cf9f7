import { ScorerError, show } from '../errors.ts';
import { parseJson } from './json.ts';

/** A form as the prediction door takes it. */
export interface FormInstance {
  /** The parsed value of field `x`: the instance. */
  readonly value: unknown;
  /** All fields as received, decoded, in order. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/**
 * Decodes `application/x-www-form-urlencoded` text (WHATWG URL standard §5.1) with one field `x`
 * that holds a JSON array of numbers in feature order.
 *
 * @throws ScorerError `INVALID_FORM` when `x` is absent, given twice, or not JSON
 */
export function decodeForm(text: string): FormInstance {
  const fields = [...new URLSearchParams(text)];
  const values = fields.filter(([name]) => name === 'x').map(([, value]) => value);
  const [x] = values;
  if (x === undefined) {
    const names = fields.map(([name]) => show(name)).slice(0, 5);
    throw invalid(
      `The form has no field "x"${names.length > 0 ? ` (it has ${names.join(', ')})` : ''}: expected x=[…].`,
    );
  }
  if (values.length > 1)
    throw invalid(`The form has the field "x" ${values.length} times: expected it once.`);
  try {
    return { value: parseJson(x, 'The form\'s field "x"'), fields };
  } catch (error) {
    if (!(error instanceof ScorerError)) throw error;
    const hint =
      /\d[eE]? \d|[[,] \d/.test(x) && text.includes('+') ? ' In a form a "+" means a space: send %2B.' : '';
    throw new ScorerError(`${error.message}${hint}`, { code: 'INVALID_FORM', cause: error });
  }
}

function invalid(message: string): ScorerError {
  return new ScorerError(message, { code: 'INVALID_FORM' });
}
