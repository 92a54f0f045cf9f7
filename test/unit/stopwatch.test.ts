import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createStopwatch } from '../../src/model/stopwatch.ts';
import { createFakeClock } from './fake-models.ts';

it('a stopwatch adds what a part takes, counts what overlaps once, and times a part that fails', async () => {
  const clock = createFakeClock();
  const watch = createStopwatch(clock);
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
  const reads = gates.map(({ promise }) => watch.time('readMs', () => promise));
  clock.ms += 10;
  gates[0].resolve();
  await reads[0];
  clock.ms += 10;
  gates[1].resolve();
  await reads[1];
  clock.ms += 100;
  const failing = watch.time('readMs', () => {
    clock.ms += 5;
    throw new Error('of the read');
  });
  await assert.rejects(failing, { message: 'of the read' });
  watch.addBytes(3);
  watch.addBytes(4);
  assert.deepEqual(watch.cost(), {
    importMs: 0,
    readMs: 25,
    checksumMs: 0,
    sessionMs: 0,
    selfTestMs: 0,
    bytes: 7,
  });
});
