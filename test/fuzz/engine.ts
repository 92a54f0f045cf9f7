import { scoreCsv } from '../../src/batch/score-csv.ts';
import { ScorerError } from '../../src/errors.ts';
import type { Model } from '../../src/model/model.ts';
import type { Outcome } from './oracle.ts';
import { createRandom, type Random } from './random.ts';

/** How a document comes, and how its scoring is cut. */
export interface Cut {
  /** Bytes of each piece. */
  readonly pieceBytes: () => number;
  readonly fillBytes: number;
  readonly batchRows: number;
}

/** Some way to cut: a byte at a time, a few, or 64 KiB; and batches of one row to thousands. */
export function pickCut(random: Random): Cut {
  const most = random.pick([1, 7, 200, 65_536]);
  const pieces = createRandom(random.below(2 ** 32));
  return {
    pieceBytes: () => (most === 65_536 ? most : 1 + pieces.below(most)),
    fillBytes: random.pick([1, 2, 50, 1000, 262_144]),
    batchRows: random.pick([1, 2, 3, 64, 2048]),
  };
}

/** What the engine makes of a document. */
export async function runEngine(document: Buffer, model: Model, cut: Cut): Promise<Outcome | string> {
  const out: Record<'predictions' | 'errors', Buffer[]> = { predictions: [], errors: [] };
  const keep = (kind: 'predictions' | 'errors') => async (bytes: Uint8Array) => {
    out[kind].push(Buffer.from(bytes)); // the bytes are the engine's again when this resolves
  };
  const source = async function* (): AsyncGenerator<Uint8Array> {
    for (let start = 0; start < document.length; ) {
      const end = start + cut.pieceBytes();
      yield document.subarray(start, end);
      start = end;
    }
  };
  try {
    const { fillBytes, batchRows } = cut;
    const totals = await scoreCsv(source(), model, keep('predictions'), keep('errors'), {
      fillBytes,
      batchRows,
      errorLimit: { ratio: 1 },
    });
    return {
      predictions: Buffer.concat(out.predictions).toString('latin1'),
      errors: Buffer.concat(out.errors).toString('latin1'),
      rows: totals.read,
      failed: totals.failed,
    };
  } catch (error) {
    if (error instanceof ScorerError) return error.code;
    throw error;
  }
}
