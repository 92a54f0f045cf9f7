import type { CsvDialect } from '../decode/csv/dialect.ts';
import type { Label, OutputKind, Predictions } from '../model/predictions.ts';
import { quoteField } from './csv.ts';
import { toLabelText } from './number.ts';
import { MAX_NUMBER_BYTES, writeShortest } from './number-bytes.ts';

/** How predictions follow rows of one document, written into bytes. */
export interface CsvTail {
  /** Bytes that {@link write} needs at most for these predictions. */
  room(predictions: Predictions): number;
  /**
   * Writes what follows a row: its prediction and the line end.
   *
   * @returns one past the last byte
   */
  write(bytes: Uint8Array, start: number, predictions: Predictions, row: number): number;
}

/**
 * Makes the writer of a document's predictions: the bytes that {@link CsvRows.scored} puts after a row.
 *
 * @param withErrors true where a column `error` follows, which these rows leave empty. @default false
 */
export function createCsvTail({ delimiter, newline }: CsvDialect, withErrors = false): CsvTail {
  const labels = createLabelBytes(delimiter);
  const separator = delimiter.charCodeAt(0);
  const end = Buffer.from(withErrors ? delimiter + newline : newline);
  return {
    room({ kind, labels: given }) {
      const numbers = countNumbers(kind);
      return labels.longest(given) + numbers * (MAX_NUMBER_BYTES + 1) + 1 + end.length;
    },
    write(bytes, start, predictions, row) {
      const { kind } = predictions;
      let at = start;
      if (kind.kind === 'values') {
        at = writeNumbers(bytes, at, separator, predictions.values, row, kind.targets.length);
      } else {
        bytes[at] = separator;
        at = labels.write(bytes, at + 1, predictions.labels[row]);
        if (kind.kind === 'probabilities') {
          at = writeNumbers(bytes, at, separator, predictions.probability, row, 1);
          if (kind.everyClass) {
            const { length } = kind.classes;
            at = writeNumbers(bytes, at, separator, predictions.probabilities, row, length);
          }
        } else if (kind.kind !== 'label') {
          at = writeNumbers(bytes, at, separator, predictions.score, row, 1);
        }
      }
      for (let index = 0; index < end.length; index += 1) bytes[at + index] = end[index] as number;
      return at + end.length;
    },
  };
}

/** A row's numbers, each after the delimiter; none for what CSV can't hold. */
function writeNumbers(
  bytes: Uint8Array,
  start: number,
  separator: number,
  values: Float32Array,
  row: number,
  width: number,
): number {
  let at = start;
  for (let index = row * width; index < (row + 1) * width; index += 1) {
    bytes[at] = separator;
    at += 1;
    const value = values[index];
    if (value !== undefined && Number.isFinite(value)) at = writeShortest(bytes, at, value);
  }
  return at;
}

function countNumbers(kind: OutputKind): number {
  switch (kind.kind) {
    case 'probabilities':
      return 1 + (kind.everyClass ? kind.classes.length : 0);
    case 'scores':
    case 'anomaly':
      return 1;
    case 'label':
      return 0;
    case 'values':
      return kind.targets.length;
  }
}

/** Labels as bytes, each encoded once: there are few. */
function createLabelBytes(delimiter: CsvDialect['delimiter']) {
  const known = new Map<Label | undefined, Uint8Array>();
  let longest = 0;
  const toBytes = (label: Label | undefined): Uint8Array => {
    const found = known.get(label);
    if (found !== undefined) return found;
    const bytes = Buffer.from(quoteField(toLabelText(label) ?? '', delimiter));
    if (known.size >= MAX_KNOWN_LABELS) known.clear(); // of a model that makes them up
    known.set(label, bytes);
    longest = Math.max(longest, bytes.length);
    return bytes;
  };
  return {
    longest(labels: readonly Label[]): number {
      for (const label of labels) toBytes(label);
      return longest;
    },
    write(bytes: Uint8Array, start: number, label: Label | undefined): number {
      const text = toBytes(label);
      for (let index = 0; index < text.length; index += 1) bytes[start + index] = text[index] as number;
      return start + text.length;
    },
  };
}

const MAX_KNOWN_LABELS = 10_000;
