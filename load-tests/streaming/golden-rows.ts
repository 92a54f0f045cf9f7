import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A row of the shipped model with the answer that is known to be right. */
interface GoldenRow {
  readonly instance: readonly number[];
  readonly prediction: { readonly label: number; readonly probability: number };
}

const file = join(import.meta.dirname, '../../model-files/flight-delay/golden.json');
const { rows, tolerance } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly rows: readonly GoldenRow[];
  readonly tolerance: number;
};

/** The data of the message at a place: so many golden rows by turns, in the form that its size asks for. */
export function toData(message: number, rowsPerMessage: number): Buffer {
  const instances = Array.from({ length: rowsPerMessage }, (_, row) => goldenRow(message, row).instance);
  return Buffer.from(JSON.stringify(rowsPerMessage === 1 ? instances[0] : { instances }));
}

/** Whether the data of a prediction message says what is known of that row of that message. */
export function isRight(
  message: number,
  row: number,
  { label, probability }: Record<string, unknown>,
): boolean {
  const { prediction } = goldenRow(message, row);
  return (
    label === String(prediction.label) &&
    typeof probability === 'number' &&
    Math.abs(probability - prediction.probability) <= tolerance
  );
}

function goldenRow(message: number, row: number): GoldenRow {
  const golden = rows[(message + row) % rows.length];
  if (golden === undefined) throw new Error(`${file} has no rows.`);
  return golden;
}
