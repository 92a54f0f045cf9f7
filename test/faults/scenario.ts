import assert from 'node:assert/strict';
import type { PubSubServer } from '../servers/pubsub.ts';
import { createLab, type LabOptions } from './lab.ts';
import { type Stage, type Step, take } from './steps.ts';

/** A file of `test/faults/streaming`. */
export interface Scenario {
  /** What it proves, in a sentence. */
  readonly proves: string;
  readonly setup?: Partial<LabOptions>;
  readonly steps: readonly Step[];
  readonly expect: {
    /** Outputs that came a second time: none, some, or as it happens. */
    readonly duplicates: 'none' | 'some' | 'any';
    /** How many models gave the predictions. @default 1 */
    readonly models?: number;
    /** How many messages Pub/Sub itself moves to the dead letters. @default 0 */
    readonly moved?: number;
  };
}

/**
 * What a scenario is set up with unless it says something else. The emulator keeps a push whose connection was cut in
 * flight until its deadline.
 */
export const DEFAULTS: LabOptions = { environment: {}, ordered: false, model: true, ackDeadlineSeconds: 10 };

/** Runs a scenario to its end and checks what came out; returns how much. */
export async function runScenario(
  server: PubSubServer,
  { setup = {}, steps, expect }: Scenario,
): Promise<{ readonly outputs: number; readonly duplicates: number }> {
  const options = { ...DEFAULTS, ...setup };
  const lab = await createLab(server, options);
  const stage: Stage = { lab, made: 0, byHand: new Map() };
  try {
    for (const step of steps) await take(stage, step);
    const isTroubled = steps.some((step) => step.do === 'publishing');
    assert.equal(lab.proxy.troubled() > 0, isTroubled, 'there was trouble before it ended');
    await settle(stage, options);
    await lab.stop();
    await lab.collect(0);
    check(stage, options);
    const { ledger } = lab;
    assert.equal(ledger.models(), expect.models ?? 1, 'models that gave predictions');
    assert.equal(ledger.moved(), expect.moved ?? 0, 'messages that Pub/Sub moved');
    const duplicates = ledger.duplicates();
    if (expect.duplicates === 'none') assert.equal(duplicates, 0, 'duplicates');
    if (expect.duplicates === 'some') assert.ok(duplicates > 0, 'there are duplicates');
    return { outputs: ledger.count() + ledger.moved(), duplicates };
  } finally {
    await lab.close();
  }
}

/** Ends the trouble, waits until nothing is missing, and checks what came out. */
export async function settle(stage: Stage, options: LabOptions): Promise<void> {
  stage.lab.proxy.decide(() => ({ fate: 'pass', slowMs: 0 }));
  await stage.lab.collect(Number.POSITIVE_INFINITY);
  check(stage, options);
}

/** Checks what came out so far: nothing may be missing. */
export function check({ lab: { ledger } }: Stage, { ordered }: LabOptions): void {
  ledger.check();
  if (ordered) ledger.checkOrder();
}
