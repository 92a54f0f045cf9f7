import { ScorerError } from '../src/errors.ts';
import type { OutgoingMessage } from '../src/ports/publisher.ts';
import type { RowMessage } from './publish-rows.ts';

/** A batch is sent when it has so many messages, or would pass so many bytes. */
const MAX_BATCH_MESSAGES = 1000;
const MAX_BATCH_BYTES = 8_000_000;

/** How long is waited before each further attempt, in milliseconds. */
const WAITS_MS: readonly number[] = [1000, 2000, 4000, 8000];

/** What was published of a file. */
export interface Published {
  readonly messages: number;
  readonly rows: number;
  /** Of these rows, how many can't be read. */
  readonly badRows: number;
  /** All rows before this one, counted from 0 in the file, are accepted. */
  readonly safeRow: number;
  /** Bytes of the file up to about there. */
  readonly safeBytes: number;
  /** Messages of accepted batches that were sent more than once: some may be there twice. */
  readonly repeated: number;
}

/** What was published, and why not all of it. */
export interface PublishOutcome extends Published {
  /** Rows from `safeRow` on that were sent: they are accepted, or may be. */
  readonly unsureRows: number;
  /** What ended it early: a failure, or the reason of `stop`. */
  readonly failure?: unknown;
}

/** How batches are sent. */
export interface PublishBatchesOptions {
  /** The first row that the messages have. */
  readonly fromRow: number;
  /** Batches under way at once, and accepted behind one that is not: what bounds the memory, and what is unsure after a failure. */
  readonly maxUnderWay: number;
  /** Sends no further batch once it aborts; those under way are waited for. */
  readonly stop: AbortSignal;
  /** How many bytes of the file were read so far. */
  readBytes(): number;
  /** Publishes one batch; resolves once all of it is accepted. */
  send(messages: readonly OutgoingMessage[]): Promise<unknown>;
  /** Called when more is accepted. */
  onAccepted(published: Published): void;
  /** Called before a batch is sent again. */
  onRetry(error: ScorerError, waitMs: number): void;
  /** Waits; rejects when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<unknown>;
}

/** A batch under way, or accepted while an earlier one is not. */
interface Sent {
  readonly rows: number;
  readonly nextRow: number;
  readonly nextByte: number;
  isAccepted: boolean;
}

/**
 * Publishes messages in batches, several at once, each again a few times where its failure may pass.
 * After a failure, or when `stop` aborts, no batch is begun, and those under way are waited for. It
 * never rejects: the outcome tells which rows are published for certain.
 *
 * @param read makes the messages; told by its signal to end when no more are wanted
 */
export async function publishBatches(
  read: (signal: AbortSignal) => AsyncIterable<RowMessage>,
  options: PublishBatchesOptions,
): Promise<PublishOutcome> {
  const failed = new AbortController();
  const ended = AbortSignal.any([options.stop, failed.signal]);
  const sent: Sent[] = [];
  const underWay = new Set<Promise<void>>();
  let done: Published = {
    messages: 0,
    rows: 0,
    badRows: 0,
    safeRow: options.fromRow,
    safeBytes: 0,
    repeated: 0,
  };

  async function sendOne(batch: readonly RowMessage[]): Promise<void> {
    const entry: Sent = {
      rows: count(batch, 'rows'),
      nextRow: batch.at(-1)?.nextRow ?? 0,
      nextByte: options.readBytes(),
      isAccepted: false,
    };
    sent.push(entry);
    try {
      const attempts = await sendPatiently(batch, ended, options);
      entry.isAccepted = true;
      while (sent[0]?.isAccepted) {
        done = { ...done, safeRow: sent[0].nextRow, safeBytes: sent[0].nextByte };
        sent.shift();
      }
      done = {
        ...done,
        messages: done.messages + batch.length,
        rows: done.rows + entry.rows,
        badRows: done.badRows + count(batch, 'badRows'),
        repeated: done.repeated + (attempts > 1 ? batch.length : 0),
      };
      options.onAccepted(done);
    } catch (error) {
      failed.abort(error);
    }
  }

  try {
    for await (const batch of toBatches(read(ended))) {
      ended.throwIfAborted();
      const sending = sendOne(batch).finally(() => underWay.delete(sending));
      underWay.add(sending);
      // those accepted behind one that is not count too, else a batch that is tried again leaves many unsure
      while (sent.length >= options.maxUnderWay && !ended.aborted) await Promise.race(underWay);
    }
  } catch (error) {
    failed.abort(error);
  }
  await Promise.all(underWay);
  const unsureRows = sent.reduce((rows, batch) => rows + batch.rows, 0);
  return { ...done, unsureRows, ...(ended.aborted ? { failure: ended.reason } : {}) };
}

/** Groups messages, in order; what came before a failure of the source is grouped before it is thrown. */
async function* toBatches(messages: AsyncIterable<RowMessage>): AsyncGenerator<readonly RowMessage[]> {
  let batch: RowMessage[] = [];
  let bytes = 0;
  let failure: { readonly error: unknown } | undefined;
  try {
    for await (const message of messages) {
      if (batch.length === MAX_BATCH_MESSAGES || (bytes > 0 && bytes + message.bytes > MAX_BATCH_BYTES)) {
        yield batch;
        batch = [];
        bytes = 0;
      }
      batch.push(message);
      bytes += message.bytes;
    }
  } catch (error) {
    failure = { error };
  }
  if (batch.length > 0) yield batch;
  if (failure !== undefined) throw failure.error;
}

/** Sends until all is accepted. @returns how often it took */
async function sendPatiently(
  messages: readonly OutgoingMessage[],
  ended: AbortSignal,
  { send, wait, onRetry }: PublishBatchesOptions,
): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await send(messages);
      return attempt;
    } catch (error) {
      const waitMs = WAITS_MS[attempt - 1];
      if (waitMs === undefined || ended.aborted || !isRetryable(error)) throw error;
      onRetry(error, waitMs);
      await wait(waitMs, ended).catch(() => {
        throw error;
      });
    }
  }
}

function isRetryable(error: unknown): error is ScorerError {
  return error instanceof ScorerError && error.retryable;
}

function count(batch: readonly RowMessage[], what: 'rows' | 'badRows'): number {
  return batch.reduce((sum, message) => sum + message[what], 0);
}
