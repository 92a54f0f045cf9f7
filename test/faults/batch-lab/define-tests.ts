import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { describeWithGcs } from '../../servers/gcs.ts';
import { createCloudPlace, createLocalPlace, type Place } from './place.ts';
import { type Bench, closeBench, createBench } from './run.ts';
import { type Extent, readScenarios, tryScenario } from './scenarios.ts';
import type { PlaceName } from './trouble.ts';

/** Defines a test of each scenario at each of its places; of a sample only at the first. */
export function defineFaultTests(extent: Extent): void {
  describe('jobs in folders', () => defineAt('local', extent, createLocalPlace));
  describeWithGcs('jobs in Cloud Storage', (gcs) => {
    defineAt('cloud', extent, () => createCloudPlace(gcs()));
  });
}

function defineAt(name: PlaceName, extent: Extent, createPlace: () => Promise<Place>): void {
  let bench: Bench;
  before(async () => {
    bench = await createBench(await createPlace());
  });
  after(async () => {
    if (bench !== undefined) await closeBench(bench);
  });
  for (const [title, scenario] of readScenarios()) {
    const { places, sample, trouble, proves } = scenario;
    const isTried = extent === 'all' ? places.includes(name) : places[0] === name && sample > 0;
    if (!isTried) continue;
    it(`${title}: ${proves}`, async () => {
      const came = await tryScenario(bench, scenario, extent);
      assert.equal(came > 0, trouble !== undefined, 'the trouble came');
    });
  }
}
