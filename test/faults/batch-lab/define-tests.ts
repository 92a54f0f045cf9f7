import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { describeWithGcs } from '../../servers/gcs.ts';
import { type Bench, closeBench, createBench } from './bench.ts';
import { createCloudPlace, createLocalPlace, type Place } from './place.ts';

import { createProcessBench, type ProcessBench } from './real-process.ts';
import { type Extent, readScenarios, tryInProcesses, tryScenario } from './scenarios.ts';

/** Defines a test of each scenario that is tried in a place: of a sample only those of which it is the first. */
export function defineFaultTests(name: Place['name'], extent: Extent): void {
  if (name === 'local') {
    describe('jobs in folders', () => defineAt(name, extent, createLocalPlace));
    return;
  }
  describeWithGcs('jobs in Cloud Storage', (gcs) => {
    defineAt(name, extent, () => createCloudPlace(gcs()));
  });
}

/** Defines those in which real processes of the function are killed. */
export function defineKillTests(extent: Extent): void {
  describeWithGcs('a process of the function that is killed', (gcs) => {
    let place: Place;
    let bench: ProcessBench;
    before(async () => {
      place = await createCloudPlace(gcs());
      bench = await createProcessBench(place);
    });
    after(async () => {
      await bench?.close();
      await place?.close();
    });
    for (const [title, scenario] of readScenarios()) {
      if (!scenario.places.includes('process')) continue;
      it(`${title}: ${scenario.proves}`, async () => {
        assert.ok((await tryInProcesses(bench, scenario, extent)) > 0, 'it was killed');
      });
    }
  });
}

function defineAt(name: Place['name'], extent: Extent, createPlace: () => Promise<Place>): void {
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
