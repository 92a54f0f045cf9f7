// Whether two contenders predicted the same. A hot loop over the bytes of outputs that may have hundreds of megabytes.
import { createReadStream } from 'node:fs';

/** The last two fields of every row of an output. */
export interface Outputs {
  readonly labels: Float32Array;
  readonly probabilities: Float64Array;
}

/** How outputs differ from others. */
export interface Difference {
  readonly labels: number;
  /** The largest difference of two probabilities. */
  readonly probability: number;
}

const READ_BYTES = 1 << 20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const LF = 0x0a;

/** Probabilities may differ by so much: libraries round differently, and write more digits or fewer. */
export const TOLERANCE = 1e-6;

/** Reads labels and probabilities of a CSV whose last two columns they are. @throws Error for another count of rows */
export async function readOutputs(path: string, rows: number): Promise<Outputs> {
  const labels = new Float32Array(rows);
  const probabilities = new Float64Array(rows);
  let row = -1; // the header
  let isQuoted = false;
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES }) as AsyncIterable<Buffer>) {
    const bytes = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let place = rest.length; place < bytes.length; place += 1) {
      const byte = bytes[place];
      if (byte === QUOTE) isQuoted = !isQuoted;
      if (byte !== LF || isQuoted) continue;
      if (row >= 0 && row < rows) {
        const line = bytes.subarray(start, place);
        const last = line.lastIndexOf(COMMA);
        const before = last <= 0 ? -1 : line.lastIndexOf(COMMA, last - 1);
        labels[row] = Number(line.toString('latin1', before + 1, last));
        probabilities[row] = Number(line.toString('latin1', last + 1));
      }
      row += 1;
      start = place + 1;
    }
    rest = bytes.subarray(start);
  }
  if (row !== rows || rest.length > 0) throw new Error(`it wrote ${row} rows of ${rows}`);
  return { labels, probabilities };
}

/** Compares two outputs of the same rows; what is no number is a difference. */
export function findDifference(ours: Outputs, theirs: Outputs): Difference {
  let labels = 0;
  let probability = 0;
  for (const [row, label] of ours.labels.entries()) {
    if (label !== theirs.labels[row]) labels += 1;
    const distance = Math.abs(
      (ours.probabilities[row] ?? Number.NaN) - (theirs.probabilities[row] ?? Number.NaN),
    );
    if (!(distance <= probability)) probability = Number.isNaN(distance) ? Infinity : distance;
  }
  return { labels, probability };
}

/** Whether a difference is none that matters. */
export function isAgreement({ labels, probability }: Difference): boolean {
  return labels === 0 && probability <= TOLERANCE;
}
