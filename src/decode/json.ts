import { ScorerError, show } from '../errors.ts';
import { isObject } from '../json-object.ts';
import { checkBounds } from './json-bounds.ts';

/** What a JSON document asks to score. */
export interface JsonInstances {
  /** The instances, as JSON values; checked later against the model's features. */
  readonly values: readonly unknown[];
  /** True for a bare instance or `{"x":[…]}`: the answer is then the bare prediction. */
  readonly single: boolean;
  /** The document's `parameters`, when it has the `instances` form. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/**
 * Parses JSON text (RFC 8259; of equal names the last one counts, as in most parsers).
 *
 * @param what names the text in the error, such as `The body`
 * @throws ScorerError `INVALID_JSON`, with the parser's reason and position; and as {@link checkBounds}
 */
export function parseJson(text: string, what: string): unknown {
  checkBounds(text, what);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ScorerError(`${what} is not valid JSON: ${toReason(cause, text)}`, {
      code: 'INVALID_JSON',
      cause,
    });
  }
}

/**
 * Reads the instances out of a JSON document: `{"instances":[…]}`, `{"x":[…]}`, or one bare
 * instance (an object, or an array of numbers in feature order).
 *
 * @throws ScorerError as {@link parseJson}, or `INVALID_REQUEST` for a document of another shape
 */
export function decodeInstances(text: string, what: string): JsonInstances {
  const document = parseJson(text, what);
  if (Array.isArray(document)) {
    if (document.some((element) => typeof element === 'object' && element !== null)) {
      throw invalid(`${what} is a bare array of instances: wrap it as {"instances":[…]}.`);
    }
    return { values: [document], single: true, parameters: {} };
  }
  if (!isObject(document)) {
    throw invalid(
      `${what} is ${show(document)}: expected an instance (an object or an array of numbers) or {"instances":[…]}.`,
    );
  }
  if (Object.hasOwn(document, 'instances')) return decodeWrapped(document, what);
  if (Object.hasOwn(document, 'x') && Array.isArray(document['x'])) {
    return { values: [document['x']], single: true, parameters: {} };
  }
  return { values: [document], single: true, parameters: {} };
}

function decodeWrapped(document: Readonly<Record<string, unknown>>, what: string): JsonInstances {
  const instances = document['instances'];
  if (!Array.isArray(instances)) {
    throw invalid(`${what} has "instances" that is ${show(instances)}: expected an array.`);
  }
  if (instances.length === 0) throw invalid(`${what} has no instances: "instances" is an empty array.`);
  const parameters = Object.hasOwn(document, 'parameters') ? document['parameters'] : {};
  if (!isObject(parameters)) {
    throw invalid(`${what} has "parameters" that is ${show(parameters)}: expected an object.`);
  }
  return { values: instances, single: false, parameters };
}

function invalid(message: string): ScorerError {
  return new ScorerError(message, { code: 'INVALID_REQUEST' });
}

/** The parser's own words, with what people usually did behind the most frequent failures. */
function toReason(cause: unknown, text: string): string {
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (/\b(?:NaN|Infinity)\b/.test(text)) return `${reason}. JSON has no NaN and no Infinity.`;
  return `${reason}.`;
}
