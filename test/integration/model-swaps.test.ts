// A thousand swaps of the model while requests come in, through the real handler over the real runtime.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createPredictHandler } from '../../functions/http/routes.ts';
import { createLocalStorage } from '../../src/adapters/local/storage.ts';
import { scoreDocument } from '../../src/batch/score-document.ts';
import type { Model } from '../../src/model/model.ts';
import { createModelSource, type LoadedModel, type ModelSource } from '../../src/model/source.ts';
import { createScorer } from '../../src/serving/scorer.ts';
import { copyModelFiles, digestOf, publishManifest, toVariant } from '../model-variant.ts';

const SWAPS = 1000;
const CLIENTS = 4;
/** Its probability is 0.72130173: each variant gives it another label. */
const FLIGHT = JSON.stringify({ instances: [{ OPERA: 'Grupo LATAM', TIPOVUELO: 'I', MES: 7 }] });

let folder = '';
let server: Server;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scorestream-swaps-'));
  await copyModelFiles(folder);
});
after(async () => {
  server?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A source that notes every model it gives, and how often each is released. */
function watched(source: ModelSource, releases: Map<Model, number>): ModelSource {
  const watch = <Loaded extends LoadedModel>(loaded: Loaded): Loaded => {
    const model: Model = {
      ...loaded.model,
      async release() {
        releases.set(model, (releases.get(model) ?? 0) + 1);
        await loaded.model.release();
      },
    };
    releases.set(model, 0);
    return { ...loaded, model };
  };
  return {
    look: (signal) => source.look(signal),
    load: async (signal) => watch(await source.load(signal)),
    loadPinned: async (manifest, signal) => watch(await source.loadPinned(manifest, signal)),
  };
}

describe('a thousand swaps under load', () => {
  it('fail no request, mix no answer, and release every model but the last, once', async () => {
    const storage = createLocalStorage();
    const low = await toVariant({ version: 'low', threshold: 0.5 });
    const high = await toVariant({ version: 'high', threshold: 0.8 });
    const labels = new Map([
      [digestOf(low), 1],
      [digestOf(high), 0],
    ]);
    await publishManifest(storage, folder, low);
    const releases = new Map<Model, number>();
    const errors: string[] = [];
    const logger = {
      log: (severity: string, event: string, message: string) => {
        if (severity !== 'INFO') errors.push(`${event} ${message}`);
      },
    };
    const clock = { nowMs: () => Date.now() };
    const source = watched(createModelSource(storage, folder), releases);
    const scorer = createScorer(source, { logger, clock, refreshMs: 60_000 });
    const handle = createPredictHandler({
      scorer,
      logger,
      loadDocumentScorer: async () => scoreDocument,
      corsOrigins: [],
      project: 'p',
    });
    server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');

    const served = new Map<string, number>();
    const ask = async (): Promise<void> => {
      const answer = await fetch(`http://127.0.0.1:${address.port}/predict`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: FLIGHT,
      });
      const text = await answer.text();
      assert.equal(answer.status, 200, text);
      const { predictions, model } = JSON.parse(text) as {
        predictions: [{ label: number }];
        model: { version: string; digest: string };
      };
      assert.equal(predictions[0].label, labels.get(model.digest), text);
      assert.ok(answer.headers.get('x-model')?.endsWith(`/${model.version}@${model.digest}`));
      served.set(model.digest, (served.get(model.digest) ?? 0) + 1);
    };
    await ask();
    for (let swaps = 1; swaps <= SWAPS; swaps += 1) {
      await publishManifest(storage, folder, swaps % 2 === 0 ? low : high);
      // two requests after another: they come before the swap, amid it and after it
      const clients = Array.from({ length: CLIENTS }, () => ask().then(ask));
      await Promise.all([scorer.refresh(), ...clients]);
    }

    assert.deepEqual(errors, []);
    assert.equal(served.size, 2);
    assert.ok(
      [...served.values()].every((count) => count > 100),
      `answers: ${[...served.values()]}`,
    );
    const counts = [...releases.values()];
    assert.equal(counts.length, SWAPS + 1);
    assert.deepEqual(counts.slice(0, -1), new Array(SWAPS).fill(1));
    assert.equal(counts.at(-1), 0, 'the last one is served');
    const state = scorer.state();
    assert.equal(state.state === 'ready' && state.identity.digest, digestOf(low));
  });
});
