// Nothing that was published is lost, whatever breaks: each file of test/faults/streaming is run.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runScenario, type Scenario } from '../faults/scenario.ts';
import { describeWithPubSub } from '../servers/pubsub.ts';

const folder = join(import.meta.dirname, '../faults/streaming');
/** Scenarios at once: most of their time goes into waiting. */
const AT_ONCE = 4;

const files = readdirSync(folder).sort();

describeWithPubSub('a stream', (server) => {
  describe('loses nothing', { concurrency: AT_ONCE }, () => {
    for (const file of files) {
      const scenario = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Scenario; // ours
      it(`${file.replace('.json', '')}: ${scenario.proves}`, async () => {
        const { outputs } = await runScenario(server(), scenario);
        assert.ok(outputs > 0);
      });
    }
  });
});
