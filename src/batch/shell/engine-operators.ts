import { isNotFound, ScorerError } from '../../errors.ts';
import type { Model } from '../../model/model.ts';
import type { Storage } from '../../ports/storage.ts';
import type { Scorer } from '../../serving/scorer.ts';
import { JUDGED_ROWS, judgeRows } from '../judge.ts';
import type { Operators } from '../protocol/drive.ts';
import type { Judgement } from '../protocol/operation.ts';
import type { Plan } from '../protocol/plan.ts';
import { scoreRange } from '../score-range.ts';
import type { DeliveryTime } from './delivery-time.ts';
import { raiseLines, readReasons } from './error-lines.ts';
import { guessStart } from './guess-start.ts';
import { headOf, readInput, toPlanHeader, toPlanTask } from './plan-input.ts';
import { readInputHead } from './read-head.ts';
import { scorePart } from './score-part.ts';
import { toCreation, unlessGone } from './storage-operators.ts';

/** Operations that read CSV or run the model. */
export type EngineOperators = Pick<
  Operators,
  'model' | 'head' | 'shardBytes' | 'judge' | 'guess' | 'score' | 'errorsPart' | 'reasons'
>;

/** What {@link createEngineOperators} needs. */
export interface EngineParts {
  readonly storage: Storage;
  readonly scorer: Scorer;
  readonly modelUri: string;
  readonly time: DeliveryTime;
}

/** A shard shall take about so long, far less than a delivery may. */
const SHARD_MS = 60_000;
/** What reading and writing a row costs at most. */
const CSV_ROW_MS = 0.002;
/** In smaller shards requests would cost more than rows. */
const MIN_SHARD_BYTES = 64 * 1024;

/** Of a range, so many bytes are looked at for its first record. */
const GUESS_BYTES = 2 * 1024 * 1024;

/** Does what the protocol asks of the engine. */
export function createEngineOperators({ storage, scorer, modelUri, time }: EngineParts): EngineOperators {
  const { signal } = time;
  let rowBytes: number | undefined;
  const withModelOf = <T>({ model }: Plan, use: (model: Model) => Promise<T>): Promise<T> =>
    scorer.withModel(use, { signal, manifest: Buffer.from(model.manifest) });
  return {
    model: () =>
      scorer.withModel(
        async ({ identity, manifest }) => ({
          uri: modelUri,
          ...identity,
          manifest: Buffer.from(manifest).toString(),
        }),
        { signal },
      ),
    async head({ input }) {
      const csv = await scorer.withModel(async ({ schema }) => schema.csv, { signal });
      const read = await unlessGone(() => readInputHead(storage, input, csv, signal));
      if (read === undefined) return 'gone';
      if (!('head' in read)) return read;
      rowBytes = read.rowBytes;
      return read.head;
    },
    async shardBytes({ limit }) {
      if (rowBytes === undefined) return limit;
      const rowMs = await scorer.withModel(async (model) => model.rowMs, { signal });
      const bytes = Math.floor((SHARD_MS / (rowMs + CSV_ROW_MS)) * rowBytes);
      return Math.min(limit, Math.max(bytes, MIN_SHARD_BYTES));
    },
    judge: ({ plan }) =>
      orRefusal(() => withModelOf(plan, (model) => judgeInput(storage, plan, model, signal))),
    async guess({ plan, from, to }) {
      const { uri, generation, size } = plan.input;
      const end = Math.min(size, from + GUESS_BYTES);
      const bytes = await unlessGone(async () => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of storage.read(uri, { generation, start: from - 1, end, signal })) {
          chunks.push(chunk);
        }
        return Buffer.concat(chunks);
      });
      if (bytes === undefined) return 'gone';
      const place = guessStart(toPlanHeader(plan), bytes, to - from + 1, end === size);
      return place === undefined ? undefined : from - 1 + place;
    },
    score: ({ plan, from, data }) =>
      orRefusal(() =>
        withModelOf(plan, (model) =>
          scorePart(storage, {
            plan,
            model,
            from,
            data,
            signal,
            isLate: time.isOver,
            isFresh: time.isFresh(),
          }),
        ),
      ),
    async errorsPart({ source, lines, uri }) {
      const raised = raiseLines(storage.read(source, { signal, transient: true }), lines);
      const result = await unlessGone(() =>
        storage.write(uri, raised, { ...toCreation('text/csv'), signal }),
      );
      return result?.object === undefined ? 'gone' : { ...result.object, uri };
    },
    async reasons({ source, lines, limit }) {
      return (await unlessGone(() => readReasons(storage.read(source, { signal }), lines, limit))) ?? 'gone';
    },
  };
}

/** Holds the header and the first rows against the model; what comes of the rows is let go. */
async function judgeInput(
  storage: Storage,
  plan: Plan,
  model: Model,
  signal: AbortSignal,
): Promise<Judgement | undefined> {
  const { start: offset } = headOf(plan);
  const task = toPlanTask(plan, model);
  const from = {
    offset,
    lines: headOf(plan).first_line - 1,
    read: 0,
    failed: 0,
    failedFirst: 0,
    reasons: [],
  };
  let read = 0;
  const { max_failed_ratio: ratio } = plan;
  await scoreRange(
    readInput(storage, plan, { from: offset, bound: offset, signal }),
    {
      ...task,
      from,
      isLate: () => read >= JUDGED_ROWS,
      judge(at) {
        read = at.read;
        judgeRows(ratio === undefined ? {} : { ratio }, at, false);
      },
    },
    { write: async () => undefined },
  );
  return undefined;
}

/** What is the caller's fault fails the file; all else is thrown. */
async function orRefusal<T>(work: () => Promise<T>): Promise<T | Judgement | 'gone'> {
  try {
    return await work();
  } catch (error) {
    if (isNotFound(error)) return 'gone';
    if (!(error instanceof ScorerError) || error.retryable) throw error;
    const reasons = error.detail['reasons'] as Judgement['reasons']; // set by judgeRows alone
    return { code: error.code, message: error.message, ...(reasons === undefined ? {} : { reasons }) };
  }
}
