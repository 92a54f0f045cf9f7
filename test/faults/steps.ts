import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fate } from './grpc-proxy.ts';
import type { Lab } from './lab.ts';
import { makeMessage, type TestMessage } from './messages.ts';

/** One step of a scenario. */
export type Step =
  | { readonly do: 'start' | 'stop' | 'kill' }
  /** Publishes messages of all kinds, with keys of order where `keys` is not 0. */
  | { readonly do: 'publish'; readonly count: number; readonly keys?: number }
  /** Delivers messages by hand until they are acknowledged, each several times at once; backwards where asked. */
  | { readonly do: 'push'; readonly count: number; readonly times: number; readonly backwards?: boolean }
  /** Waits until so many outputs came, duplicates among them, or nothing is missing. */
  | { readonly do: 'await'; readonly outputs: number }
  /** Pub/Sub takes publishes of the function in this way from now on, after so many milliseconds. */
  | { readonly do: 'publishing'; readonly fate: Fate; readonly every?: number; readonly ms?: number }
  | { readonly do: 'model'; readonly version: string; readonly threshold: number }
  /** Waits until the function says that it serves a version. */
  | { readonly do: 'await model'; readonly version: string }
  /** Kills Pub/Sub's emulator, and starts it empty. */
  | { readonly do: 'kill emulator' | 'start emulator' }
  /** Delivers messages by hand while nothing can be published: none may be acknowledged. */
  | { readonly do: 'push in vain'; readonly count: number }
  /** Delivers again by hand whatever is missing. */
  | { readonly do: 'push missing' }
  | { readonly do: 'pause'; readonly ms: number };

/** What steps are taken on. */
export interface Stage {
  readonly lab: Lab;
  /** Messages made so far: each is another. */
  made: number;
  /** Those that were delivered by hand. */
  readonly byHand: Map<string, TestMessage>;
}

const ACKNOWLEDGED = 204;
const AT_ONCE = 8;
const PUSH_AGAIN_MS = 50;

/** After so long a delivery that is never acknowledged has failed. */
const PUSH_MS = 60_000;

/** Takes one step. */
export async function take(stage: Stage, step: Step): Promise<void> {
  const { lab } = stage;
  switch (step.do) {
    case 'start':
    case 'stop':
    case 'kill':
      return lab[step.do]();
    case 'publish':
      await lab.publish(makeMessages(stage, step.count), step.keys ?? 0);
      return;
    case 'push':
      return pushAll(stage, step);
    case 'push in vain':
      return pushInVain(stage, step.count);
    case 'push missing':
      return pushMissing(stage);
    case 'await':
      return lab.collect(step.outputs);
    case 'publishing':
      lab.proxy.decide((index) => toFate(step, index));
      return;
    case 'model':
      return lab.publishModel(step);
    case 'await model':
      return lab.serves(step.version);
    case 'kill emulator':
      return lab.killEmulator();
    case 'start emulator':
      return lab.startEmulator();
    case 'pause':
      await delay(step.ms);
  }
}

function toFate(
  { fate, every = 1, ms: slowMs = 0 }: Step & { readonly do: 'publishing' },
  index: number,
): { readonly fate: Fate; readonly slowMs: number } {
  return index % every === every - 1 ? { fate, slowMs } : { fate: 'pass', slowMs: 0 };
}

function makeMessages(stage: Stage, count: number): readonly TestMessage[] {
  const from = stage.made;
  stage.made += count;
  return Array.from({ length: count }, (_, index) => makeMessage(from + index));
}

function makeByHand(stage: Stage, count: number): readonly string[] {
  const from = stage.made;
  return makeMessages(stage, count).map((message, index) => {
    const id = `by hand ${from + index}`;
    stage.byHand.set(id, message);
    return id;
  });
}

async function pushAll(
  stage: Stage,
  { count, times, backwards = false }: Step & { readonly do: 'push' },
): Promise<void> {
  const ids = makeByHand(stage, count);
  const order = backwards ? ids.toReversed() : ids;
  for (let from = 0; from < order.length; from += AT_ONCE) {
    const together = order.slice(from, from + AT_ONCE);
    await Promise.all(
      together.flatMap((id) => Array.from({ length: times }, () => pushUntilTaken(stage, id))),
    );
  }
}

async function pushInVain(stage: Stage, count: number): Promise<void> {
  const ids = makeByHand(stage, count);
  const statuses = await Promise.all(ids.map((id) => push(stage, id)));
  assert.deepEqual(new Set(statuses), new Set([503]), 'what is answered while nothing can be published');
}

async function pushMissing(stage: Stage): Promise<void> {
  const missing = new Set(stage.lab.ledger.missing().map((id) => id.split('/')[0] ?? ''));
  const known = [...missing].filter((id) => stage.byHand.has(id));
  await Promise.all(known.map((id) => pushUntilTaken(stage, id)));
}

async function pushUntilTaken(stage: Stage, id: string): Promise<void> {
  const endMs = performance.now() + PUSH_MS;
  for (;;) {
    const status = await push(stage, id);
    if (status === ACKNOWLEDGED) return;
    assert.equal(status, 503, `the answer to ${id}`);
    assert.ok(performance.now() < endMs, `${id} was delivered again and again, and never acknowledged`);
    await delay(PUSH_AGAIN_MS);
  }
}

async function push({ lab, byHand }: Stage, id: string): Promise<number> {
  const message = byHand.get(id);
  assert.ok(message, 'it was made');
  return lab.push(id, message);
}
