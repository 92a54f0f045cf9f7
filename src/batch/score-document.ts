import { readHead } from '../decode/csv/header.ts';
import { createCsvRows } from '../encode/csv.ts';
import { ScorerError } from '../errors.ts';
import type { Model } from '../model/model.ts';
import type { RangeObserver } from './range-output.ts';
import { toFirstPosition, toRangeTask } from './score-csv.ts';
import { scoreRange } from './score-range.ts';

/** A CSV document that is in memory, and what becomes of it. */
export interface DocumentTask {
  readonly model: Model;
  readonly document: Uint8Array;
  /** True to write rows that fail in their place, with empty prediction fields and a column `error`. */
  readonly isPartial: boolean;
  readonly observer: RangeObserver;
  /** Takes the output, in order: bytes that stay as they are. A throw stops the work. */
  readonly write: (bytes: Uint8Array) => void;
}

/**
 * Scores a document; resolves with the rows that it has.
 *
 * @throws ScorerError for a header that can't feed the model, and as `readHead` does; what `write` throws
 */
export type ScoreDocument = (task: DocumentTask) => Promise<number>;

/** Documents at once: each takes 11 MiB while it is scored, and one alone keeps a CPU busy. */
const MAX_AT_ONCE = 2;

const waiting: (() => void)[] = [];
let free = MAX_AT_ONCE;

/** Scores a document: where there are many in this process, they wait for each other. */
export const scoreDocument: ScoreDocument = async (task) => {
  if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
  else free -= 1;
  try {
    return await score(task);
  } finally {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  }
};

async function score({ model, document, isPartial, observer, write }: DocumentTask): Promise<number> {
  const head = readHead(
    Buffer.from(document.buffer, document.byteOffset, document.length),
    true,
    model.schema.csv.delimiter,
  );
  if (head === undefined) throw new ScorerError('The document has no header.', { code: 'EMPTY_FILE' });
  const task = toRangeTask(head, model);
  const rows = createCsvRows(head.header, model.output, isPartial);
  write(rows.header);
  const { at } = await scoreRange(
    toStream(document.subarray(head.end)),
    { ...task, from: toFirstPosition(head), observer, inPlace: isPartial ? rows : undefined },
    {
      async write(bytes) {
        if (bytes.length > 0) write(new Uint8Array(bytes)); // the engine uses its own again
      },
    },
  );
  return at.read;
}

async function* toStream(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}
