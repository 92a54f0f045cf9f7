import { ScorerError } from '../../errors.ts';
import type { ObjectInfo } from '../../ports/storage.ts';
import { type JobObject, toJobObject } from '../job.ts';
import { tellExcess } from '../judge.ts';
import { closeJob } from './close.ts';
import { composeTree, type Piece, sumPieces } from './compose-tree.ts';
import { readReasons, writeErrorParts } from './error-parts.ts';
import { readMarkedParts } from './markers.ts';
import type { ShardMessage } from './message.ts';
import { arriveAt, assertEngine, type OpenJob } from './open-job.ts';
import type { Judgement, Steps } from './operation.ts';
import type { Part } from './part.ts';
import { type Head, isHead } from './plan.ts';
import { type Outcome, type Turn, takeTurn } from './turn.ts';
import { fail, succeed } from './verdict.ts';
import { walk } from './walk.ts';

/** https://cloud.google.com/storage/quotas#objects */
const MAX_OBJECT_BYTES = 5 * 1024 ** 4;

/**
 * Joins what was scored to the results, and ends the job.
 *
 * @throws ScorerError, retryable, when the message must come again
 */
export function* finishMessage(turn: Turn, message: ShardMessage): Steps<Outcome> {
  turn.successor = message;
  return yield* takeTurn(turn, function* () {
    const arrival = yield* arriveAt(message);
    if (arrival === undefined) return { event: 'nothing' };
    const { open, job } = arrival;
    return yield* job === undefined ? finishJob(turn, open) : closeJob(turn, open, job);
  });
}

/** Finishes a job that has no verdict; scores what is missing of its chain of parts. */
export function* finishJob(turn: Turn, open: OpenJob): Steps<Outcome> {
  const { plan, planUri } = open;
  turn.successor ??= { plan: planUri, id: plan.id, shard: 'finish' };
  if (!isHead(plan.head)) return yield* fail(turn, open, plan.head);
  assertEngine(open, turn.settings.engine);
  const known = yield* readMarkedParts(open);
  // the walk is the check: each part begins where the one before ends, so nothing is missing and nothing twice
  const { parts, refusal } = yield* walk(turn, open, plan.head.start, Number.POSITIVE_INFINITY, known);
  if (refusal !== undefined) return yield* fail(turn, open, refusal);
  const input = toReadInput(open, plan.head, parts);
  const sources = toSources(open, parts);
  const judgement = yield* judge(open, plan.head, parts, sumPieces(sources).size);
  if (judgement !== undefined) return yield* fail(turn, open, judgement);
  return yield* join(turn, open, plan.head, { input, parts, sources });
}

interface Scored {
  readonly input: JobObject;
  readonly parts: readonly Part[];
  /** What `predictions.csv` is made of. */
  readonly sources: readonly Piece[];
}

function* join(turn: Turn, open: OpenJob, head: Head, { input, parts, sources }: Scored): Steps<Outcome> {
  const { results } = open;
  const pieces = yield* writeErrorParts(turn, open, parts, head.first_line);
  const errors = yield* composeTree(turn, open, { tree: 'e', pieces, target: results.errors });
  if (errors === undefined) return yield* fail(turn, open, conflict(results.errors));
  const predictions = yield* composeTree(turn, open, {
    tree: 'p',
    pieces: sources,
    target: results.predictions,
  });
  if (predictions === undefined) return yield* fail(turn, open, conflict(results.predictions));
  const [read, failed] = [sumOf(parts, 'rows'), sumOf(parts, 'failed')];
  return yield* succeed(turn, open, {
    input,
    rows: { read, scored: read - failed, failed },
    outputs: toOutputs(predictions, errors),
  });
}

function toOutputs(predictions: ObjectInfo, errors: ObjectInfo) {
  return { predictions: toJobObject(predictions), errors: toJobObject(errors) };
}

function toSources({ names }: OpenJob, parts: readonly Part[]): readonly Piece[] {
  return parts.flatMap(({ predictions }) =>
    predictions === undefined ? [] : [{ ...predictions, uri: names.data + predictions.name }],
  );
}

/** The input with its checksum as it was read; the engine checks a compressed one, whose parts count inflated bytes. */
function toReadInput({ plan }: OpenJob, head: Head, parts: readonly Part[]): JobObject {
  if (head.gzip) return plan.input;
  const pieces = parts.map(({ start, end, input_crc32c }) => ({ size: end - start, crc32c: input_crc32c }));
  const { size, crc32c } = sumPieces([{ size: head.start, crc32c: head.header_crc32c }, ...pieces]);
  const { uri } = plan.input;
  const expected = plan.input.crc32c ?? crc32c;
  if (size === plan.input.size && crc32c !== undefined && crc32c === expected)
    return { ...plan.input, crc32c };
  throw new ScorerError(
    `The parts of ${uri} are of ${size} bytes with the checksum ${crc32c}: expected ${plan.input.size} with ${expected}.`,
    { code: 'INTERNAL' },
  );
}

function* judge(
  open: OpenJob,
  head: Head,
  parts: readonly Part[],
  bytes: number,
): Steps<Judgement | undefined> {
  const [rows, failed] = [sumOf(parts, 'rows'), sumOf(parts, 'failed')];
  const excess = tellExcess(open.plan.max_failed_ratio, rows, failed);
  if (excess !== undefined) {
    return {
      code: 'TOO_MANY_FAILED_ROWS',
      message: `Of the ${excess}`,
      reasons: yield* readReasons(open, parts, head.first_line),
    };
  }
  if (bytes <= MAX_OBJECT_BYTES) return undefined;
  return {
    code: 'OUTPUT_TOO_LARGE',
    message: `The predictions have ${bytes} bytes, and an object at most ${MAX_OBJECT_BYTES}: split the file.`,
  };
}

function sumOf(parts: readonly Part[], name: 'rows' | 'failed'): number {
  return parts.reduce((sum, part) => sum + part[name], 0);
}

function conflict(uri: string): Judgement {
  return {
    code: 'OUTPUT_CONFLICT',
    message: `${uri} is there already and differs from what this file gives now: drop the file again.`,
  };
}
