import { drive, type Operators, toExecute } from '../../src/batch/protocol/drive.ts';
import { finishMessage } from '../../src/batch/protocol/finish.ts';
import { toDataName } from '../../src/batch/protocol/names.ts';
import { scoreNotified } from '../../src/batch/protocol/notification.ts';
import type { Steps } from '../../src/batch/protocol/operation.ts';
import type { PartData } from '../../src/batch/protocol/part.ts';
import type { Plan } from '../../src/batch/protocol/plan.ts';
import { scoreShard } from '../../src/batch/protocol/shard.ts';
import { createTurn, type Outcome, type Turn } from '../../src/batch/protocol/turn.ts';
import { ScorerError } from '../../src/errors.ts';
import type { ObjectInfo } from '../../src/ports/storage.ts';
import type { BrokerDelivery } from './broker.ts';
import { type Content, toContent } from './content.ts';
import type { RequestKind } from './faults.ts';
import { INPUT, type World } from './world.ts';

/** A delivery while it is worked on, on a machine that may die or sleep. */
interface Run {
  readonly id: number;
  readonly delivery: BrokerDelivery;
  readonly cpu: string;
  readonly lateAtS: number;
  /** Rows that it may still score before its time is up. */
  rowsLeft: number;
  isDead: boolean;
}

const PAGE = 1000;

/** Works on a delivery with the protocol's own decisions. */
export function work(world: World, delivery: BrokerDelivery): void {
  const { random, options, timeline } = world;
  world.runs += 1;
  const run: Run = {
    id: world.runs,
    delivery,
    cpu: random.pick(options.cpus),
    lateAtS: timeline.nowS() + options.deadlineS,
    rowsLeft: random.isHit(options.hasty) ? random.between(1, 6) : Number.POSITIVE_INFINITY,
    isDead: false,
  };
  const engine = random.isHit(options.otherEngine) ? options.settings.engine + 1 : options.settings.engine;
  const turn = createTurn({ ...options.settings, engine }, delivery.attempt);
  drive(toSteps(world, turn, delivery), toExecute(createOperators(world, run))).then(
    (outcome) => {
      world.note(outcome);
      if (outcome.event === 'closed') world.closedAtS ??= world.timeline.nowS();
      world.acknowledged.add(run.id);
      delivery.settle(true);
    },
    (error: unknown) => {
      if (!(error instanceof ScorerError) || !error.retryable)
        world.violations.push(`thrown: ${String(error)}`);
      delivery.settle(false);
    },
  );
}

function toSteps({ random, version }: World, turn: Turn, { body }: BrokerDelivery): Steps<Outcome> {
  if (body === 'notification') return scoreNotified(turn, { version, uri: INPUT, planId: random.hex(16) });
  return body.shard === 'finish' ? finishMessage(turn, body) : scoreShard(turn, body, body.shard);
}

/** Does something as one request, which takes its time and which a fault may befall. */
function request<T>(world: World, run: Run, kind: RequestKind, effect: () => T, bytes = 0): Promise<T> {
  const { timeline, options, random } = world;
  const fault = options.nextFault(kind);
  world.requests[kind] += 1;
  const takesS = options.requestS * (0.5 + random.next()) + bytes / options.bytesPerS;
  const sleepsS = fault === 'frozen' ? random.next() * options.maxFrozenS : 0;
  return new Promise((resolve, reject) => {
    const refuse = (): void =>
      reject(
        new ScorerError('The storage is busy.', {
          code: kind === 'publish' ? 'PUBLISH_FAILED' : 'STORAGE_FAILED',
        }),
      );
    const die = (): void => {
      run.isDead = true;
      world.deaths += 1;
      run.delivery.settle(false);
    };
    timeline.after(takesS + sleepsS, () => {
      if (run.isDead) return;
      if (fault === 'killed-before') return die();
      if (fault === 'refused') return refuse();
      const result = effect();
      if (fault === 'killed-after') return die();
      if (fault === 'failed-after') return refuse();
      if (fault !== 'retried') return resolve(result);
      timeline.after(takesS, () => (run.isDead ? undefined : resolve(effect())));
    });
  });
}

function createOperators(world: World, run: Run): Operators {
  const { bucket, engine, random, options } = world;
  const ask = <T>(kind: RequestKind, effect: () => T, bytes = 0): Promise<T> =>
    request(world, run, kind, effect, bytes);
  const create = (uri: string, content: Content) =>
    ask('write', () => {
      const result = bucket.create(uri, content, run.id);
      if (result.written && uri.endsWith('/job.json')) {
        world.verdicts.push({
          generation: Number(result.object.generation),
          runs: world.runs,
          atS: world.timeline.nowS(),
        });
      }
      return result;
    });
  const readInput = (generation: string, bytes = 0) =>
    ask(
      'read',
      () => (bucket.stat(INPUT, generation) === undefined ? undefined : bucket.get(INPUT)?.content),
      bytes,
    );
  const upload = async (
    folder: string,
    name: string,
    content: Content | undefined,
  ): Promise<PartData | undefined> => {
    if (content === undefined) return undefined;
    await create(folder + name, content);
    return { name, size: content.size, crc32c: content.crc32c };
  };
  return {
    read: ({ uri }) =>
      ask('read', () => {
        const held = bucket.get(uri);
        return held && { bytes: held.content.bytes ?? new Uint8Array(), generation: held.generation };
      }),
    stat: ({ uri, generation }) => ask('stat', () => bucket.stat(uri, generation)),
    create: ({ uri, bytes }) => create(uri, toContent(bytes)),
    async list({ prefix }) {
      const { length } = bucket.list(prefix);
      world.largestListing = Math.max(world.largestListing, length);
      for (let rest = length; rest > PAGE; rest -= PAGE) await ask('list', () => undefined);
      return await ask('list', () => bucket.list(prefix));
    },
    compose: ({ uri, sources }) => ask('compose', () => bucket.compose(uri, sources, run.id)),
    remove: ({ uri, generation }) => ask('remove', () => bucket.remove(uri, generation)),
    answers: () => ask('stat', () => true),
    publish: ({ messages }) =>
      ask('publish', () => {
        for (const message of messages) world.broker.publish(message);
      }),
    letter: ({ letter }) => ask('publish', () => void world.letters.push(letter)),
    refuse: ({ error }) => ask('publish', () => void world.refusals.push(error)),
    isLate: async () => run.rowsLeft <= 0 || world.timeline.nowS() > run.lateAtS,
    now: async () => new Date(world.timeline.nowS() * 1000).toISOString(),
    model: async () => world.model(),
    async head({ input }) {
      const content = await readInput(input.generation);
      return content === undefined ? 'gone' : engine.head(content);
    },
    shardBytes: async ({ limit }) => limit,
    async judge({ plan }) {
      const content = await readInput(plan.input.generation);
      return content === undefined ? 'gone' : engine.judge(content, plan);
    },
    async guess({ plan, from, to }) {
      const content = await readInput(plan.input.generation);
      return content === undefined ? 'gone' : engine.guess(content, plan, { from, to }, random);
    },
    async score({ plan, from, data }) {
      const content = await readInput(plan.input.generation, partBytes(plan, from));
      if (content === undefined) return 'gone';
      const { part, predictions, errors } = engine.score(
        content,
        plan,
        from,
        run.cpu,
        Math.max(1, run.rowsLeft),
      );
      run.rowsLeft -= part.rows;
      const name = options.hasUuids ? toDataName(from, random.hex(32)) : toDataName(from, '');
      const [good, bad] = [
        await upload(data, `${name}.pred`, predictions),
        await upload(data, `${name}.err`, errors),
      ];
      return { ...part, ...(good && { predictions: good }), ...(bad && { errors: bad }) };
    },
    async errorsPart({ source, lines, uri }) {
      const found = await ask('read', () => bucket.get(source)?.content);
      if (found === undefined) return 'gone';
      const { object } = await create(uri, engine.renumber(found, lines));
      return object as ObjectInfo; // just written, or there
    },
    async reasons({ source, lines, limit }) {
      const found = await ask('read', () => bucket.get(source)?.content);
      return found === undefined ? 'gone' : engine.reasons(found, lines, limit);
    },
  };
}

function partBytes({ shard_bytes, input }: Plan, from: number): number {
  return Math.min(input.size, (Math.floor(from / shard_bytes) + 1) * shard_bytes) - from;
}
