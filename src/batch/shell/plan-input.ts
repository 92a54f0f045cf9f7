import { type CsvHeader, toHeader } from '../../decode/csv/header.ts';
import { ScorerError } from '../../errors.ts';
import { planCsv } from '../../features/csv.ts';
import type { Model } from '../../model/model.ts';
import type { Storage } from '../../ports/storage.ts';
import { toPlainBytes } from '../plain-bytes.ts';
import { type Head, isHead, type Plan } from '../protocol/plan.ts';
import type { RangeTask } from '../score-range.ts';

/** What is read at once beyond a bound: the largest record, and what a request costs nothing more to bring along. */
const BEYOND_BYTES = 2 * 1024 * 1024;

/** The head of a plan whose input has one. */
export function headOf({ head }: Plan): Head {
  if (isHead(head)) return head;
  throw new ScorerError('A part was asked for of an input without a header.', { code: 'INTERNAL' });
}

/** The header of a plan's input. */
export function toPlanHeader(plan: Plan): CsvHeader {
  const { dialect, header } = headOf(plan);
  return toHeader(Buffer.from(header, 'base64'), dialect);
}

/** What scores the records of a plan's input. @throws ScorerError as `planCsv` does */
export function toPlanTask(plan: Plan, model: Model): Pick<RangeTask, 'model' | 'header' | 'plan'> {
  const header = toPlanHeader(plan);
  return { model, header, plan: planCsv(model.schema, header.names) };
}

/** Where to read a plan's input. */
export interface InputRange {
  /** The first byte; of a compressed input it counts inflated bytes. */
  readonly from: number;
  /** Most likely no byte far behind it is wanted. */
  readonly bound: number;
  readonly signal: AbortSignal;
  /** Asked while what is before `from` is inflated. */
  readonly onSkipped?: () => void;
}

/** The bytes of a plan's input from one on, inflated where it is compressed; each chunk is of use until the next one. */
export function readInput(storage: Storage, plan: Plan, range: InputRange): AsyncIterable<Uint8Array> {
  return headOf(plan).gzip ? readInflated(storage, plan, range) : readRanges(storage, plan, range);
}

/** In two requests at most: the second only where records go far beyond the bound. */
async function* readRanges(
  storage: Storage,
  { input: { uri, generation, size } }: Plan,
  { from, bound, signal }: InputRange,
): AsyncGenerator<Uint8Array> {
  const middle = Math.min(size, bound + BEYOND_BYTES);
  const pinned = { generation, signal, transient: true };
  if (from < middle) yield* storage.read(uri, { ...pinned, start: from, end: middle });
  if (middle < size) yield* storage.read(uri, { ...pinned, start: middle, end: size });
}

async function* readInflated(
  storage: Storage,
  { input: { uri, generation } }: Plan,
  { from, signal, onSkipped }: InputRange,
): AsyncGenerator<Uint8Array> {
  let left = from;
  for await (const chunk of toPlainBytes(storage.read(uri, { generation, signal, transient: true }))) {
    if (left >= chunk.length) {
      left -= chunk.length;
      onSkipped?.();
      continue;
    }
    const wanted = left > 0 ? chunk.subarray(left) : chunk;
    left = 0;
    yield wanted;
  }
}
