import { ScorerError, show } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { type Column, createColumn, type MissingWriter } from './column.ts';
import { type ColumnSpec, featuresOf } from './column-spec.ts';
import { type CsvSettings, USUAL_CSV } from './csv-settings.ts';
import type { FeatureSlot, FrameInput } from './frame.ts';

/** One feature of the model. */
export interface Feature {
  readonly name: string;
  readonly slot: FeatureSlot;
  /** Writes what a null becomes when rows are given by features; undefined when that is an error. */
  readonly writeMissing: MissingWriter | undefined;
}

/** What the model takes, ready to encode instances with. */
export interface FeatureSchema {
  /** The tensors that rows fill. */
  readonly inputs: readonly FrameInput[];
  /** In the model's order: the inputs one after the other. */
  readonly features: readonly Feature[];
  readonly featureNames: readonly string[];
  /** The columns people have; empty when the manifest names none. */
  readonly columns: readonly Column[];
  readonly columnNames: readonly string[];
  /** Keys that come back with the prediction. */
  readonly passthrough: readonly string[];
  readonly csv: CsvSettings;
}

/** What a schema is made from. */
export interface SchemaSource {
  readonly inputs: readonly FrameInput[];
  readonly features: readonly string[];
  readonly columns: readonly ColumnSpec[];
  readonly passthrough: readonly string[];
  /** @default {@link USUAL_CSV} */
  readonly csv?: CsvSettings;
}

/**
 * Joins columns, features and the model's inputs: the features fill the inputs in order, and each
 * column makes the features that {@link featuresOf} names.
 *
 * @throws ScorerError `MODEL_INVALID` when they don't cover each other exactly, or a column can't feed
 * an input of its type
 */
export function createFeatureSchema({
  inputs,
  features,
  columns,
  passthrough,
  csv = USUAL_CSV,
}: SchemaSource): FeatureSchema {
  checkWidth(inputs, features.length);
  const slots = toSlots(inputs);
  const take = claimFeatures(features, slots);
  const missingOf = new Map<FeatureSlot, MissingWriter | undefined>();
  const made = columns.map((spec) => {
    const own = featuresOf(spec).map((feature) => take(feature, spec.name));
    const column = createColumn(spec, own, inputs);
    const [only] = own;
    if (only !== undefined && own.length === 1) missingOf.set(only, column.writeMissing);
    return column;
  });
  const [orphan] = take.left();
  if (columns.length > 0 && orphan !== undefined) {
    throw invalid(`The manifest's feature ${show(orphan)} belongs to no column.`);
  }
  return {
    inputs,
    features: features.map((name, index) => {
      const slot = slots[index] as FeatureSlot; // as many as features
      return { name, slot, writeMissing: missingOf.get(slot) };
    }),
    featureNames: features,
    columns: made,
    columnNames: columns.map(({ name }) => name),
    passthrough,
    csv,
  };
}

const MAX_LISTED = 10;

/** Looked at before there is anything of that size: a graph may declare any. */
function checkWidth(inputs: readonly FrameInput[], count: number): void {
  const width = inputs.reduce((sum, input) => sum + input.width, 0);
  if (width === count) return;
  const shapes = inputs.slice(0, MAX_LISTED).map((input) => `${show(input.name)} × ${input.width}`);
  const more = inputs.length > MAX_LISTED ? [`and ${inputs.length - MAX_LISTED} more`] : [];
  throw invalid(
    `The model takes ${width} features (${[...shapes, ...more].join(', ')}); the manifest names ${count}.`,
  );
}

function toSlots(inputs: readonly FrameInput[]): readonly FeatureSlot[] {
  return inputs.flatMap(({ type, width }, input) =>
    Array.from({ length: width }, (_, offset) => ({ input, offset, width, type })),
  );
}

interface Claims {
  (feature: string, column: string): FeatureSlot;
  /** Features that nobody has claimed. */
  left(): Iterable<string>;
}

function claimFeatures(features: readonly string[], slots: readonly FeatureSlot[]): Claims {
  const places = new Map(features.map((name, index) => [name, index]));
  const unclaimed = new Set(features);
  const take = (name: string, column: string): FeatureSlot => {
    const slot = slots[places.get(name) ?? -1];
    if (slot !== undefined && unclaimed.delete(name)) return slot;
    const near = nearest(name, unclaimed);
    throw invalid(
      `The manifest's column ${show(column)} needs the feature ${show(name)}, which "features" ` +
        `${slot === undefined ? 'does not have' : 'gives to another column'}` +
        `${near === undefined ? '' : ` (nearest: ${show(near)})`}.`,
    );
  };
  return Object.assign(take, { left: () => unclaimed });
}

function invalid(message: string): ScorerError {
  return new ScorerError(message, { code: 'MODEL_INVALID' });
}
