import { predictInstances } from '../golden.ts';
import type { Model } from '../model.ts';
import { type PredictionMembers, type Predictions, toMembers } from '../predictions.ts';

/** Whether what stands beside a row changes its prediction. */
export interface Batching {
  /** Rows that were predicted together; the first {@link COMPARED_ROWS} of them also alone and in pairs. */
  readonly rows: number;
  readonly isDependent: boolean;
  /** The largest difference of a number, absolute. */
  readonly largestDifference: number;
}

/** An odd number: the last run of rows is padded. */
const TOGETHER_ROWS = 999;

/** Rows that are also predicted alone and in pairs. */
const COMPARED_ROWS = 100;

/** Predicts the same rows alone, in pairs and all together, and compares the bits. */
export async function measureBatching(model: Model, instances: readonly unknown[]): Promise<Batching> {
  const rows = Array.from({ length: TOGETHER_ROWS }, (_, index) => instances[index % instances.length]);
  const together = toRows(await predictInstances(model, rows)).slice(0, COMPARED_ROWS);
  const some = rows.slice(0, COMPARED_ROWS);
  const inPieces = [await predictPieces(model, some, 1), await predictPieces(model, some, 2)];
  const isDependent = inPieces.some((pieces) => JSON.stringify(pieces) !== JSON.stringify(together));
  const largestDifference = Math.max(0, ...inPieces.map((pieces) => largestOff(pieces, together)));
  return { rows: TOGETHER_ROWS, isDependent, largestDifference };
}

function toRows(predictions: Predictions): readonly PredictionMembers[] {
  return Array.from({ length: predictions.rows }, (_, row) => toMembers(predictions, row));
}

async function predictPieces(
  model: Model,
  instances: readonly unknown[],
  size: number,
): Promise<readonly PredictionMembers[]> {
  const pieces: PredictionMembers[] = [];
  for (let start = 0; start < instances.length; start += size) {
    pieces.push(...toRows(await predictInstances(model, instances.slice(start, start + size))));
  }
  return pieces;
}

function largestOff(left: readonly PredictionMembers[], right: readonly PredictionMembers[]): number {
  const numbersOf = (members: PredictionMembers | undefined): readonly number[] =>
    Object.entries(members ?? {}).flatMap(([member, value]) =>
      member === 'label' ? [] : [value].flat().map(Number),
    );
  return Math.max(
    0,
    ...left.flatMap((members, row) => {
      const others = numbersOf(right[row]);
      return numbersOf(members).map((number, index) => Math.abs(number - (others[index] ?? number)));
    }),
  );
}
