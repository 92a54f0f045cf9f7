import { parseJson } from '../../decode/json.ts';
import { type ErrorCode, ScorerError, show } from '../../errors.ts';
import { isObject } from '../../json-object.ts';

/** The fields of a JSON object that need not be what it should be. Each method throws where it is not. */
export interface Fields {
  text(name: string): string;
  /** Text that matches. */
  match(name: string, pattern: RegExp): string;
  /** A whole number from 0. */
  count(name: string): number;
  flag(name: string): boolean;
  /** A number, or undefined where the field is absent. */
  optionalNumber(name: string): number | undefined;
  optionalText(name: string): string | undefined;
  fields(name: string): Fields;
  optionalFields(name: string): Fields | undefined;
  list(name: string): readonly unknown[];
  /** Whatever is there. */
  value(name: string): unknown;
}

/**
 * Looks into a JSON object.
 *
 * @param what names it in the error, such as `The plan`
 * @param code of the error that each method throws
 */
export function createFields(value: unknown, what: string, code: ErrorCode): Fields {
  if (!isObject(value)) {
    throw new ScorerError(`${what} is ${show(value)}: expected a JSON object.`, { code });
  }
  const refuse = (name: string, expected: string): ScorerError =>
    new ScorerError(`${what} has "${name}" ${show(value[name])}: expected ${expected}.`, { code });
  const text = (name: string): string => {
    const found = value[name];
    if (typeof found === 'string') return found;
    throw refuse(name, 'text');
  };
  const optional = <T>(name: string, take: (name: string) => T): T | undefined =>
    value[name] === undefined ? undefined : take(name);
  const number = (name: string): number => {
    const found = value[name];
    if (typeof found === 'number') return found;
    throw refuse(name, 'a number');
  };
  const fields = (name: string): Fields => createFields(value[name], `${what}'s "${name}"`, code);
  return {
    text,
    match(name, pattern) {
      const found = text(name);
      if (pattern.test(found)) return found;
      throw refuse(name, `text like ${pattern.source}`);
    },
    count(name) {
      const found = value[name];
      if (typeof found === 'number' && Number.isSafeInteger(found) && found >= 0) return found;
      throw refuse(name, 'a whole number from 0');
    },
    flag(name) {
      const found = value[name];
      if (typeof found === 'boolean') return found;
      throw refuse(name, 'true or false');
    },
    optionalNumber: (name) => optional(name, number),
    optionalText: (name) => optional(name, text),
    fields,
    optionalFields: (name) => optional(name, fields),
    list(name) {
      const found = value[name];
      if (Array.isArray(found)) return found;
      throw refuse(name, 'an array');
    },
    value: (name) => value[name],
  };
}

/** Reads JSON text and looks into its object; see {@link createFields}. */
export function parseFields(bytes: Uint8Array, what: string, code: ErrorCode): Fields {
  let value: unknown;
  try {
    value = parseJson(Buffer.from(bytes).toString(), what);
  } catch (cause) {
    throw new ScorerError(
      `${what} can't be read: ${cause instanceof Error ? cause.message : 'it is no JSON'}`,
      {
        code,
        cause,
      },
    );
  }
  return createFields(value, what, code);
}
