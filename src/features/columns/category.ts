import type { ByteRule } from '../../decode/csv/plan.ts';
import { show } from '../../errors.ts';
import { nearest } from '../../nearest.ts';
import type { Category, CategorySpec } from '../column-spec.ts';
import type { FeatureSlot } from '../frame.ts';
import type { FrameWriter } from '../frame-writer.ts';
import { checkFit, parseNumber, rangeOf } from '../number.ts';
import { type ColumnKind, columnInvalid, type ValueProblem } from './kind.ts';

/** Writes a known category; `place` is its place in the list. */
type KnownWriter = (place: number, frame: FrameWriter, row: number) => void;

/**
 * A column whose values are one of a list. A category matches by its text: JSON `7`, `7.0` and `"7"`
 * and CSV `7` are one value.
 *
 * One-hot: a feature a category, 1 where it holds. Ordinal: one feature, the place in the list from 0.
 * None: one feature, the value itself, as the text or the number that the model's input takes.
 */
export function createCategoryColumn(spec: CategorySpec, slots: readonly FeatureSlot[]): ColumnKind {
  const { categories, unknown = 'error' } = spec;
  const texts = categories.map(String);
  const places = new Map(texts.map((text, place) => [text, place]));
  if (places.size !== texts.length) throw columnInvalid(spec.name, 'has two categories of the same text');
  const writeKnown = toWriter(spec, texts, slots);
  const passUnknown = unknown === 'ignore' ? toUnknownWriter(spec, slots) : undefined;
  const expected = inWords(categories);
  const findNear = createHinter(texts);
  return {
    expected,
    write(value, _fromText, frame, row) {
      if (typeof value === 'object') return { code: 'INVALID_VALUE', expected, got: show(value) };
      const text = String(value);
      const place = places.get(text);
      if (place !== undefined) {
        writeKnown(place, frame, row);
        return undefined;
      }
      return passUnknown === undefined
        ? { code: 'UNKNOWN_CATEGORY', expected, got: show(value), ...findNear(text) }
        : passUnknown(text, value, frame, row);
    },
    byteRule: toByteRule(spec, texts, slots),
    writeNaN: toNaNWriter(spec, slots),
  };
}

function toWriter(spec: CategorySpec, texts: readonly string[], slots: readonly FeatureSlot[]): KnownWriter {
  const { name, categories, encoding = 'one-hot' } = spec;
  const [slot] = slots;
  if (slot === undefined) throw columnInvalid(name, 'has no feature');
  const isText = slots.some(({ type }) => type === 'string');
  if (encoding === 'one-hot') {
    if (isText) throw columnInvalid(name, 'is one-hot, and the model takes text there: "encoding": "none"');
    return (place, frame, row) => frame.setNumber(slots[place] as FeatureSlot, row, 1); // one a category
  }
  if (encoding === 'ordinal') {
    if (isText) throw columnInvalid(name, 'is ordinal, and the model takes text there: "encoding": "none"');
    checkHolds(spec, slot, categories.length - 1);
    return (place, frame, row) => frame.setNumber(slot, row, place);
  }
  if (isText) return (place, frame, row) => frame.setText(slot, row, texts[place] ?? '');
  const numbers = categories.map((category) =>
    typeof category === 'string' ? parseNumber(category) : Number(category),
  );
  if (numbers.some(Number.isNaN)) {
    throw columnInvalid(name, 'has categories that are no numbers, and the model takes a number there');
  }
  for (const number of numbers) checkHolds(spec, slot, number);
  return (place, frame, row) => frame.setNumber(slot, row, numbers[place] ?? 0);
}

/** What {@link toWriter} writes, as numbers at places. */
function toByteRule(
  { categories, encoding = 'one-hot' }: CategorySpec,
  texts: readonly string[],
  slots: readonly FeatureSlot[],
): ByteRule | undefined {
  const [first] = slots;
  if (first === undefined || slots.some(({ type }) => type !== 'float32')) return undefined;
  if (encoding === 'one-hot') {
    return {
      kind: 'category',
      texts,
      offsets: slots.map(({ offset }) => offset),
      values: texts.map(() => 1),
    };
  }
  const values =
    encoding === 'ordinal'
      ? texts.map((_, place) => place)
      : categories.map((category) =>
          typeof category === 'string' ? parseNumber(category) : Number(category),
        );
  return { kind: 'category', texts, offsets: texts.map(() => first.offset), values };
}

function checkHolds({ name }: CategorySpec, { type }: FeatureSlot, number: number): void {
  if (checkFit(number, number, type, '') === undefined) return;
  throw columnInvalid(name, `gives the number ${number}, which the model's input (${type}) can't hold`);
}

/** Writes a value that is none of the categories: all zeros, or the value itself for the model to judge. */
function toUnknownWriter({ name, encoding = 'one-hot' }: CategorySpec, slots: readonly FeatureSlot[]) {
  const [slot] = slots;
  if (encoding === 'ordinal' || slot === undefined) {
    throw columnInvalid(name, 'is ordinal, and has no number for what is unknown: "unknown" must be "error"');
  }
  const expected = rangeOf(slot.type).whole ? 'an integer' : 'a number'; // the list is no bound here
  return (text: string, value: unknown, frame: FrameWriter, row: number): ValueProblem | undefined => {
    if (encoding === 'one-hot') return undefined;
    if (slot.type === 'string') {
      frame.setText(slot, row, text);
      return undefined;
    }
    const number = parseNumber(text);
    const problem = checkFit(number, value, slot.type, expected);
    if (problem === undefined) frame.setNumber(slot, row, number);
    return problem;
  };
}

function toNaNWriter({ encoding = 'one-hot' }: CategorySpec, slots: readonly FeatureSlot[]) {
  const [slot] = slots;
  if (encoding === 'one-hot' || slot === undefined) return undefined;
  if (slot.type !== 'float32' && slot.type !== 'float64') return undefined;
  return (frame: FrameWriter, row: number): void => frame.setNumber(slot, row, Number.NaN);
}

/** Comparing a text with more of them takes longer than the rest of a row; then case and spaces alone are forgiven. */
const MAX_COMPARED = 200;

/** Makes what tells the category that was probably meant. */
function createHinter(texts: readonly string[]): (text: string) => { readonly nearest?: string } {
  const fold = (text: string): string => text.trim().toLowerCase();
  let folded: ReadonlyMap<string, string> | undefined;
  return (text) => {
    if (text.length > 200 || !/[^\d.+-]/.test(text)) return {};
    folded ??= new Map(texts.map((category) => [fold(category), category] as const).reverse());
    const near = folded.get(fold(text)) ?? (texts.length > MAX_COMPARED ? undefined : nearest(text, texts));
    return near === undefined ? {} : { nearest: near };
  };
}

const MAX_LISTED_CATEGORIES = 5;

function inWords(categories: readonly Category[]): string {
  const [first] = categories;
  const consecutive = categories.every(
    (category, index) => typeof first === 'number' && category === first + index,
  );
  if (consecutive && categories.length > 2) return `${first} to ${categories.at(-1)}`;
  if (categories.length <= MAX_LISTED_CATEGORIES) return `one of ${categories.map(show).join(', ')}`;
  return `one of ${categories.length} categories (${categories.slice(0, 3).map(show).join(', ')}, …)`;
}
