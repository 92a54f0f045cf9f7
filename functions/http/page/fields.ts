import type { Category, ColumnSpec } from '../../../src/features/column-spec.ts';
import type { InputType } from '../../../src/features/frame.ts';
import { rangeOf } from '../../../src/features/number.ts';
import { escapeText, toAttributes } from './markup.ts';

/** How the text of a control becomes a JSON value: as it is, as a number, as the JSON that it holds, or as a whole instance. */
export type FieldKind = 'text' | 'number' | 'json' | 'instance';

/** One control of the form. */
export interface Field {
  /** The column or feature that it fills; empty for a whole instance. */
  readonly name: string;
  readonly kind: FieldKind;
  /** True when an empty one is a missing value that the model takes. */
  readonly mayMiss: boolean;
  /** The control itself, with the attributes that join it to its label, hint and problem. */
  toControl(attributes: Readonly<Record<string, string>>): string;
  /** What it takes, in words; empty where the control shows it. */
  readonly hint: string;
}

/**
 * A column as a field.
 *
 * @param expected what the column takes, in words
 * @param example a value to begin with
 */
export function toColumnField(spec: ColumnSpec, expected: string, example: unknown): Field {
  const { name, missing = 'error' } = spec;
  const mayMiss = missing !== 'error';
  const common = { name, mayMiss };
  switch (spec.type) {
    case 'category':
      return spec.unknown === 'ignore'
        ? {
            ...common,
            kind: 'text',
            hint: `${expected}, or another`,
            toControl: toSuggestions(spec.categories, example),
          }
        : { ...common, kind: 'json', hint: '', toControl: toSelect(spec.categories, example, mayMiss) };
    case 'boolean':
      return { ...common, kind: 'json', hint: '', toControl: toSelect([true, false], example, mayMiss) };
    case 'number': {
      const { min, max, integer = false } = spec;
      return {
        ...common,
        kind: 'number',
        hint: expected,
        toControl: toNumber({ min, max, whole: integer }, example),
      };
    }
    case 'string':
    case 'timestamp':
      return { ...common, kind: 'text', hint: expected, toControl: toText(example) };
  }
}

/**
 * A feature as a field, for models that are described by their features alone.
 *
 * @param type of the model's input that the feature is part of
 */
export function toFeatureField(name: string, type: InputType, example: unknown): Field {
  const common = { name, mayMiss: false };
  if (type === 'string') return { ...common, kind: 'text', hint: '', toControl: toText(example) };
  if (type === 'bool')
    return { ...common, kind: 'json', hint: '', toControl: toSelect([true, false], example, false) };
  const { whole } = rangeOf(type);
  return {
    ...common,
    kind: 'number',
    hint: whole ? 'an integer' : '',
    toControl: toNumber({ whole }, example),
  };
}

/** One field for a whole instance, where there would be too many. */
export function toInstanceField(hint: string, example: unknown): Field {
  const text = JSON.stringify(example, null, Array.isArray(example) ? undefined : 2) ?? '';
  return {
    name: '',
    kind: 'instance',
    mayMiss: false,
    hint,
    toControl: (attributes) =>
      `<textarea${toAttributes({ ...attributes, rows: 12, spellcheck: 'false', autocomplete: 'off' })}>\n${escapeText(text)}</textarea>`,
  };
}

type ToControl = Field['toControl'];

function toSelect(values: readonly Category[], example: unknown, mayMiss: boolean): ToControl {
  const toOption = (value: Category | null, text: string): string => {
    const selected = value === example ? 'selected' : undefined;
    return `<option${toAttributes({ value: JSON.stringify(value), selected })}>${escapeText(text)}</option>`;
  };
  const options = values.map((value) => toOption(value, value === '' ? '(empty)' : String(value)));
  if (mayMiss) options.push(toOption(null, '(missing)'));
  return (attributes) => `<select${toAttributes(attributes)}>${options.join('')}</select>`;
}

function toSuggestions(values: readonly Category[], example: unknown): ToControl {
  const options = values.map((value) => `<option${toAttributes({ value: String(value) })}></option>`);
  return (attributes) => {
    const list = `${attributes['id']}-values`;
    return `${toText(example)({ ...attributes, list })}<datalist${toAttributes({ id: list })}>${options.join('')}</datalist>`;
  };
}

/** The bounds help the one who fills the form; it is the server that checks them. */
function toNumber(
  {
    min,
    max,
    whole,
  }: { readonly min?: number | undefined; readonly max?: number | undefined; readonly whole: boolean },
  example: unknown,
): ToControl {
  const own = {
    type: 'number',
    min,
    max,
    step: whole ? '1' : 'any',
    inputmode: min !== undefined && min >= 0 ? 'decimal' : undefined,
  };
  return (attributes) => `<input${toAttributes({ ...attributes, ...own, ...toValue(example) })}/>`;
}

function toText(example: unknown): ToControl {
  const own = { type: 'text', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false' };
  return (attributes) => `<input${toAttributes({ ...attributes, ...own, ...toValue(example) })}/>`;
}

function toValue(example: unknown): { readonly value?: string } {
  return example === undefined || example === null ? {} : { value: String(example) };
}
