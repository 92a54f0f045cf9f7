import { FAULTS, randomFaults } from './faults.ts';
import { createRandom } from './random.ts';
import { randomText, smallWorld } from './small-world.ts';
import type { WorldOptions } from './world.ts';

/** A random input and a world full of faults for it, the same for the same seed. */
export function randomWorld(seed: number): {
  readonly text: string;
  readonly options: WorldOptions;
} {
  const random = createRandom(seed * 7919 + 13);
  const text = randomText(random);
  const base = smallWorld(text, random.pick([5, 8, 16, 40, 1000]));
  const probability = random.pick([0, 0.002, 0.01]);
  const options: WorldOptions = {
    ...base,
    seed,
    cpus: ['a', 'b', 'c'],
    hasty: random.pick([0, 0.3, 0.8]),
    otherEngine: random.pick([0, 0, 0.1]),
    ...(random.isHit(0.3) ? { swapAtS: random.next() * 10 } : {}),
    ...(random.isHit(0.2) ? { rerunAfterS: random.next() * 10 } : {}),
    ...(random.isHit(0.05) ? { vanishAtS: random.next() * 10 } : {}),
    broker: { ...base.broker, duplicates: random.pick([0, 0.1, 0.5]), lost: random.pick([0, 0, 0.05]) },
    settings: { ...base.settings, maxFailedRatio: random.pick([undefined, undefined, 0.5]) },
    nextFault: randomFaults(random, Object.fromEntries(FAULTS.map((fault) => [fault, probability]))),
  };
  return { text, options };
}
