/** What an empty field or a null becomes: an error, NaN, or this value. The texts `error` and `nan` are taken. */
export type Missing = string | number | boolean;

/** A value that a category may have. */
export type Category = string | number | boolean;

interface ColumnBase {
  /** As the CSV's header and the JSON key have it. */
  readonly name: string;
  /** @default 'error' */
  readonly missing?: Missing;
}

/** A column whose values are one of a list. */
export interface CategorySpec extends ColumnBase {
  readonly type: 'category';
  readonly categories: readonly Category[];
  /** How it becomes features. @default 'one-hot' */
  readonly encoding?: 'one-hot' | 'ordinal' | 'none';
  /** What a value that is none of the categories becomes. @default 'error' */
  readonly unknown?: 'error' | 'ignore';
}

/** A column of numbers. */
export interface NumberSpec extends ColumnBase {
  readonly type: 'number';
  readonly min?: number;
  readonly max?: number;
  readonly integer?: boolean;
}

/** A column of true and false. */
export interface BooleanSpec extends ColumnBase {
  readonly type: 'boolean';
}

/** A column of any text. */
export interface StringSpec extends ColumnBase {
  readonly type: 'string';
}

/** A part of a time that can be a feature. */
export type TimePart = (typeof TIME_PARTS)[number];

/** Parts of a time, in the order in which the documents list them. */
export const TIME_PARTS = [
  'year',
  'quarter',
  'month',
  'day',
  'dayofyear',
  'weekday',
  'hour',
  'minute',
  'second',
  'epoch',
] as const;

/** A column of times, ISO 8601. */
export interface TimestampSpec extends ColumnBase {
  readonly type: 'timestamp';
  /** The parts that are features, in the model's order. */
  readonly parts: readonly TimePart[];
}

/** A column as the manifest describes it. */
export type ColumnSpec = CategorySpec | NumberSpec | BooleanSpec | StringSpec | TimestampSpec;

/** The names of the features that a column gives, in order. */
export function featuresOf(spec: ColumnSpec): readonly string[] {
  if (spec.type === 'timestamp') return spec.parts.map((part) => `${spec.name}_${part}`);
  if (spec.type === 'category' && (spec.encoding ?? 'one-hot') === 'one-hot') {
    return spec.categories.map((category) => `${spec.name}_${category}`);
  }
  return [spec.name];
}
