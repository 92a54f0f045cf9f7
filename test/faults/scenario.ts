import assert from 'node:assert/strict';
import type { PubSubServer } from '../servers/pubsub.ts';
import type { Fate } from './grpc-proxy.ts';
import { createLab, type Lab, type LabOptions } from './lab.ts';
import { makeMessage, type TestMessage } from './messages.ts';

/** One step of a scenario. */
export type Step =
  | { readonly do: 'start' | 'stop' | 'kill' }
  /** Publishes messages of all kinds, with keys of order where `keys` is not 0. */
  | { readonly do: 'publish'; readonly count: number; readonly keys?: number }
  /** Delivers messages by hand, each several times at once; backwards where asked. */
  | { readonly do: 'push'; readonly count: number; readonly times: number; readonly backwards?: boolean }
  /** Waits until so many outputs came, duplicates among them. */
  | { readonly do: 'await'; readonly outputs: number }
  /** Pub/Sub takes publishes of the function in this way from now on. */
  | { readonly do: 'publishing'; readonly fate: FateName; readonly ms?: number }
  | { readonly do: 'model'; readonly version: string; readonly threshold: number }
  | { readonly do: 'pause'; readonly ms: number };

/** How publishes go. */
export type FateName = 'pass' | 'refuse' | 'lose' | 'slow' | 'every third refused' | 'every third lost';

/** A file of `test/faults/streaming`. */
export interface Scenario {
  /** What it proves, in a sentence. */
  readonly proves: string;
  readonly setup?: Partial<LabOptions>;
  readonly steps: readonly Step[];
  readonly expect: {
    /** Outputs that came a second time: none, some, or as it happens. */
    readonly duplicates: 'none' | 'some' | 'any';
    /** Whether the model changes. @default false */
    readonly swaps?: boolean;
  };
}

// the emulator keeps a push whose connection was cut in flight until its deadline
const DEFAULTS: LabOptions = { environment: {}, ordered: false, model: true, ackDeadlineSeconds: 10 };

/** Runs a scenario to its end and checks what came out; returns how much. */
export async function runScenario(
  server: PubSubServer,
  { setup = {}, steps, expect }: Scenario,
): Promise<{ readonly outputs: number; readonly duplicates: number }> {
  const options = { ...DEFAULTS, ...setup };
  const lab = await createLab(server, options);
  const context: Context = { lab, made: 0 };
  try {
    for (const step of steps) await take(context, step);
    lab.proxy.decide(() => 'pass');
    await lab.collect(Number.POSITIVE_INFINITY);
    await lab.stop();
    await lab.collect(0);
    lab.ledger.check(expect.swaps ?? false);
    if (options.ordered) lab.ledger.checkOrder();
    const duplicates = lab.ledger.duplicates();
    if (expect.duplicates === 'none') assert.equal(duplicates, 0, 'duplicates');
    if (expect.duplicates === 'some') assert.ok(duplicates > 0, 'there are duplicates');
    return { outputs: lab.ledger.count(), duplicates };
  } finally {
    await lab.close();
  }
}

interface Context {
  readonly lab: Lab;
  /** Messages made so far: each is another. */
  made: number;
}

async function take(context: Context, step: Step): Promise<void> {
  const { lab } = context;
  switch (step.do) {
    case 'start':
    case 'stop':
    case 'kill':
      return lab[step.do]();
    case 'publish':
      return lab.publish(makeMessages(context, step.count), step.keys ?? 0);
    case 'push':
      return pushAll(lab, makeMessages(context, step.count), step);
    case 'await':
      return lab.collect(step.outputs);
    case 'publishing':
      lab.proxy.decide((index) => toFate(step.fate, step.ms ?? 0, index));
      return;
    case 'model':
      return lab.publishModel(step);
    case 'pause':
      await new Promise((resolve) => setTimeout(resolve, step.ms));
  }
}

function makeMessages(context: Context, count: number): readonly TestMessage[] {
  const from = context.made;
  context.made += count;
  return Array.from({ length: count }, (_, index) => makeMessage(from + index));
}

async function pushAll(
  lab: Lab,
  messages: readonly TestMessage[],
  { times, backwards = false }: { readonly times: number; readonly backwards?: boolean },
): Promise<void> {
  const numbered = messages.map((message, index) => ({ id: `by hand ${index}`, message }));
  for (const { id, message } of backwards ? numbered.toReversed() : numbered) {
    const statuses = await Promise.all(Array.from({ length: times }, () => lab.push(id, message)));
    assert.deepEqual(new Set(statuses), new Set([204]));
  }
}

function toFate(name: FateName, slowMs: number, index: number): Fate {
  if (name === 'slow') return { slowMs };
  if (name === 'every third refused') return index % 3 === 2 ? 'refuse' : 'pass';
  if (name === 'every third lost') return index % 3 === 2 ? 'lose' : 'pass';
  return name;
}
