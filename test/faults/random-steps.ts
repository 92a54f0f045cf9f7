import fc from 'fast-check';
import type { LabOptions } from './lab.ts';
import { DEFAULTS } from './scenario.ts';
import type { Step } from './steps.ts';

const THRESHOLDS = [0.1, 0.5, 0.7, 0.9];

/** Makes what a lab is set up with, the same for the same seed. */
export function randomOptions(seed: number): LabOptions {
  const [ordered = false, swaps = false, jumps = false] = draw(
    seed,
    fc.tuple(fc.boolean(), fc.boolean(), oneIn(4)),
  );
  const environment = {
    MESSAGE_ORDERING: String(ordered),
    MODEL_REFRESH_SECONDS: swaps ? '1' : '0',
    DELIVERY_TIMEOUT_SECONDS: '3',
    ...(jumps ? { NODE_OPTIONS: '--import=./test/faults/jumping-clock.ts' } : {}),
  };
  return { ...DEFAULTS, ordered, environment };
}

/** Makes the steps of one run, the same for the same seed; the function runs before and after. */
export function randomSteps(seed: number, { ordered, environment }: LabOptions): readonly Step[] {
  const publish = fc.record({
    do: fc.constant('publish' as const),
    count: fc.integer({ min: 5, max: 30 }),
    keys: ordered ? fc.integer({ min: 1, max: 4 }) : fc.constant(0),
  });
  const push = fc.record({
    do: fc.constant('push' as const),
    count: fc.integer({ min: 1, max: 8 }),
    times: fc.integer({ min: 1, max: 3 }),
    backwards: fc.boolean(),
  });
  const publishing = fc.record({
    do: fc.constant('publishing' as const),
    fate: fc.constantFrom('pass', 'refuse', 'deny', 'lose', 'cut'),
    // a delivery makes two publishes: every second one would stop the same delivery again and again
    every: fc.integer({ min: 3, max: 6 }),
    ms: fc.integer({ min: 0, max: 30 }),
  });
  const model = fc.record({
    do: fc.constant('model' as const),
    version: fc.integer({ min: 2, max: 99 }).map(String),
    threshold: fc.constantFrom(...THRESHOLDS),
  });
  const pause = fc.record({ do: fc.constant('pause' as const), ms: fc.integer({ min: 0, max: 200 }) });
  const restart = fc.constantFrom('kill', 'stop').map((end) => [{ do: end }, { do: 'start' }] as const);
  const alone = <T extends Step>(step: fc.Arbitrary<T>) => step.map((one): readonly Step[] => [one]);
  const some = fc.oneof(
    { weight: 4, arbitrary: alone(publish) },
    { weight: 3, arbitrary: alone(publishing) },
    { weight: 2, arbitrary: alone(push) },
    { weight: 2, arbitrary: alone(pause) },
    { weight: 1, arbitrary: restart as fc.Arbitrary<readonly Step[]> },
    { weight: environment['MODEL_REFRESH_SECONDS'] === '1' ? 1 : 0, arbitrary: alone(model) },
  );
  const groups = draw(seed, fc.tuple(alone(publish), fc.array(some, { minLength: 2, maxLength: 7 })));
  return [...groups[0], ...groups[1].flat()];
}

function oneIn(count: number): fc.Arbitrary<boolean> {
  return fc.integer({ min: 1, max: count }).map((value) => value === 1);
}

function draw<T>(seed: number, arbitrary: fc.Arbitrary<T>): T {
  const [value] = fc.sample(arbitrary, { seed, numRuns: 1 });
  if (value === undefined) throw new Error('one was asked for');
  return value;
}
