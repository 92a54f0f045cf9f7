import { createCrc32c } from '../crc32c.ts';
import { ScorerError } from '../errors.ts';
import type { Storage, WriteResult } from '../ports/storage.ts';
import { type Channel, createChannel } from './channel.ts';
import { type Job, type JobObject, toJobObject } from './job.ts';
import { type CsvTotals, type Sink, scoreCsv } from './score-csv.ts';
import type { ObjectTask } from './score-object.ts';

/** What scoring an object's rows gave. */
export interface WrittenOutputs {
  readonly rows: CsvTotals;
  /** Of the input, as it was read. */
  readonly crc32c: string;
  readonly outputs: NonNullable<Job['outputs']>;
}

/** An output under way: what is written into it, and the write that carries it to storage. */
interface Output {
  readonly uri: string;
  readonly channel: Channel;
  readonly sink: Sink;
  /** Size and checksum of what came in so far. */
  produced(): { readonly size: number; readonly crc32c: string };
}

/**
 * Streams an object's rows into `predictions.csv` and `errors.csv`. When one of them is there already,
 * from a delivery that did not come to its end, it must be equal to what this one made.
 *
 * @throws ScorerError `OUTPUT_CONFLICT` when it is not
 */
export async function writeOutputs(
  storage: Storage,
  task: Pick<ObjectTask, 'input' | 'folder' | 'model' | 'replace' | 'observer'>,
  signal: AbortSignal,
): Promise<WrittenOutputs> {
  const abort = new AbortController();
  const either = AbortSignal.any([signal, abort.signal]);
  const predictions = createOutput(`${task.folder}/predictions.csv`);
  const errors = createOutput(`${task.folder}/errors.csv`);
  const input = createCrc32c();
  const read = async function* (): AsyncGenerator<Uint8Array> {
    const { uri, generation } = task.input;
    for await (const chunk of storage.read(uri, { generation, signal: either, transient: true })) {
      input.update(chunk);
      yield chunk;
      task.observer?.bytes(chunk.length);
    }
  };
  const score = async (): Promise<CsvTotals> => {
    try {
      return await scoreCsv(read(), task.model, predictions.sink, errors.sink, {
        observer: task.observer,
      });
    } catch (error) {
      for (const { channel } of [predictions, errors]) channel.fail(error);
      throw error;
    } finally {
      for (const { channel } of [predictions, errors]) channel.end();
    }
  };
  const write = ({ uri, channel }: Output): Promise<WriteResult> =>
    storage.write(uri, channel, {
      ...(task.replace ? {} : { ifGenerationMatch: '0' }),
      contentType: 'text/csv',
      signal: either,
    });
  const parts = [score(), write(predictions), write(errors)] as const;
  const stop = (error: unknown): void => abort.abort(error);
  for (const part of parts) part.catch(stop);
  await Promise.allSettled(parts); // nothing may be under way any more when this returns
  if (abort.signal.aborted) throw signal.aborted ? signal.reason : abort.signal.reason;
  const [rows, predictionsResult, errorsResult] = await Promise.all(parts);
  return {
    rows,
    crc32c: input.digest(),
    outputs: { predictions: settle(predictions, predictionsResult), errors: settle(errors, errorsResult) },
  };
}

function createOutput(uri: string): Output {
  const channel = createChannel();
  const crc = createCrc32c();
  let size = 0;
  return {
    uri,
    channel,
    async sink(bytes) {
      crc.update(bytes);
      size += bytes.length;
      await channel.write(bytes);
    },
    produced: () => ({ size, crc32c: crc.digest() }),
  };
}

function settle(output: Output, result: WriteResult): JobObject {
  const { size, crc32c } = output.produced();
  const { object } = result;
  if (object !== undefined && object.size === size && object.crc32c === crc32c) return toJobObject(object);
  if (result.written || object === undefined) {
    throw new ScorerError(`${output.uri} does not hold what was written to it.`, { code: 'STORAGE_FAILED' });
  }
  throw new ScorerError(
    `${output.uri} is there already and differs from what this file gives now: drop the file again.`,
    {
      code: 'OUTPUT_CONFLICT',
    },
  );
}
