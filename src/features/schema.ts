import { ScorerError, show } from '../errors.ts';
import { nearest } from '../nearest.ts';

/** A column as the manifest describes it. */
export type ColumnSpec =
  | {
      readonly name: string;
      readonly type: 'category';
      readonly categories: readonly (string | number | boolean)[];
    }
  | {
      readonly name: string;
      readonly type: 'number';
      readonly min?: number;
      readonly max?: number;
      readonly integer?: boolean;
    };

/** A column of categories: each is one feature, 1 where it holds and 0 elsewhere (one-hot). */
export interface CategoryColumn {
  readonly kind: 'category';
  readonly name: string;
  /** Place of each category's feature in the model's order, by the category's text. */
  readonly featureByCategory: ReadonlyMap<string, number>;
  /** The categories in words, for errors. */
  readonly expected: string;
}

/** A column that holds one number: itself a feature. */
export interface NumberColumn {
  readonly kind: 'number';
  readonly name: string;
  readonly feature: number;
  readonly min: number;
  readonly max: number;
  readonly integer: boolean;
  readonly expected: string;
}

/** A column, ready to encode. */
export type Column = CategoryColumn | NumberColumn;

/** What the model takes, ready to encode instances with. */
export interface FeatureSchema {
  /** Number of features: the length of a row of the model's input. */
  readonly width: number;
  /** Feature names in the model's order. */
  readonly features: readonly string[];
  readonly featureIndex: ReadonlyMap<string, number>;
  /** The columns people have; empty when the manifest names none. */
  readonly columns: readonly Column[];
}

/** The largest finite float32; what rounds beyond it is refused. */
export const MAX_FLOAT32 = 3.4028234663852886e38;

/**
 * Joins columns and features: a number column is the feature of its name, a category column gives
 * the features `<column>_<category>`.
 *
 * @throws ScorerError `MODEL_INVALID` when columns and features do not cover each other exactly
 */
export function createFeatureSchema(
  features: readonly string[],
  columnSpecs: readonly ColumnSpec[],
): FeatureSchema {
  const featureIndex = new Map(features.map((name, index) => [name, index]));
  const uncovered = new Set(features);
  const take = (name: string, column: string): number => {
    const index = featureIndex.get(name);
    if (index === undefined || !uncovered.delete(name)) {
      const near = nearest(name, uncovered);
      throw new ScorerError(
        `The manifest's column ${show(column)} needs the feature ${show(name)}, which "features" ` +
          `${index === undefined ? 'does not have' : 'gives to another column'}` +
          `${near === undefined ? '' : ` (nearest: ${show(near)})`}.`,
        { code: 'MODEL_INVALID' },
      );
    }
    return index;
  };
  const columns = columnSpecs.map((spec) => toColumn(spec, take));
  const [orphan] = uncovered;
  if (columns.length > 0 && orphan !== undefined) {
    throw new ScorerError(`The manifest's feature ${show(orphan)} belongs to no column.`, {
      code: 'MODEL_INVALID',
    });
  }
  return { width: features.length, features, featureIndex, columns };
}

function toColumn(spec: ColumnSpec, take: (feature: string, column: string) => number): Column {
  const { name } = spec;
  if (spec.type === 'number') {
    const { min = -MAX_FLOAT32, max = MAX_FLOAT32, integer = false } = spec;
    return {
      kind: 'number',
      name,
      feature: take(name, name),
      min,
      max,
      integer,
      expected: numberInWords(spec),
    };
  }
  const texts = spec.categories.map(String);
  const featureByCategory = new Map(texts.map((text) => [text, take(`${name}_${text}`, name)]));
  return { kind: 'category', name, featureByCategory, expected: categoriesInWords(spec.categories) };
}

function numberInWords({ min, max, integer }: { min?: number; max?: number; integer?: boolean }): string {
  const noun = integer === true ? 'an integer' : 'a number';
  if (min !== undefined && max !== undefined) return `${noun} from ${min} to ${max}`;
  if (min !== undefined) return `${noun} of ${min} or more`;
  if (max !== undefined) return `${noun} of ${max} or less`;
  return noun;
}

const MAX_LISTED_CATEGORIES = 5;

function categoriesInWords(categories: readonly (string | number | boolean)[]): string {
  const [first] = categories;
  const consecutive = categories.every(
    (category, index) => typeof first === 'number' && category === first + index,
  );
  if (consecutive && categories.length > 2) return `${first} to ${categories.at(-1)}`;
  if (categories.length <= MAX_LISTED_CATEGORIES) return `one of ${categories.map(show).join(', ')}`;
  return `one of ${categories.length} categories (${categories.slice(0, 3).map(show).join(', ')}, …)`;
}
