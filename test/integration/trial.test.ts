// A model is tried in a process of its own: whatever the native runtime does there, it does nothing here.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { BareModel } from '../../src/model/init/bare.ts';
import { encodeManifest, type InitOptions, makeFirstManifest } from '../../src/model/init/init.ts';
import { type ManifestDocument, parseManifest } from '../../src/model/manifest.ts';
import { createTrialDescriber, tryModel } from '../../src/trial/trial.ts';
import { EXPORTED_MODELS, profileOf, readExported } from '../exported-models.ts';
import { additionGraph, HEAD, modelOf } from '../onnx-bytes.ts';
import { ENDLESS_MODEL } from '../unit/endless-model.ts';

const ENDLESS: BareModel = bareOf(ENDLESS_MODEL);

function bareOf(bytes: Uint8Array): BareModel {
  return { pinned: { file: 'model.onnx', sha256: '0'.repeat(64) }, bytes, data: [] };
}

function exported(name: string) {
  const found = EXPORTED_MODELS.find((each) => each.name === name);
  assert.ok(found !== undefined);
  return found;
}

/** What Linux tells of a process: its state, parent and processor time in hundredths of a second. */
function statOf(
  pid: string | number,
): { readonly state: string; readonly parent: number; readonly ticks: number } | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { state: fields[0] ?? '', parent: Number(fields[1]), ticks: Number(fields[11]) };
  } catch {
    return undefined; // it has ended
  }
}

function isAlive(pid: number): boolean {
  const state = statOf(pid)?.state;
  return state !== undefined && state !== 'Z' && state !== 'X';
}

function childrenOf(pid: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && statOf(name)?.parent === pid)
    .map(Number)
    .filter(isAlive);
}

/** Looks again and again until something is there; the test's own timeout is the bound. */
async function until<T>(look: () => T | undefined | false): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    await wait(50);
  }
}

/** A child that has been computing for so long that it can only be in the endless model. */
async function busyChildOf(pid: number): Promise<number> {
  return until(() => childrenOf(pid).find((child) => (statOf(child)?.ticks ?? 0) > 200));
}

const onLinux = { skip: process.platform !== 'linux' && 'reads /proc', timeout: 60_000 };

describe('a trial', () => {
  it('ends in its time where the model never does, and leaves no process', onLinux, async () => {
    const trial = createTrialDescriber({ timeoutMs: 3000 })(ENDLESS, {});
    await assert.rejects(trial, { code: 'MODEL_INVALID', message: /does not end within 3 s/ });
    await until(() => childrenOf(process.pid).length === 0);
  });

  it('of a manifest and its files ends likewise', onLinux, async () => {
    const document: ManifestDocument = {
      format: 1,
      name: 'm',
      version: '1',
      task: 'regression',
      model: ENDLESS.pinned,
      features: ['x'],
      outputs: { values: 'y' },
    };
    const manifestBytes = encodeManifest(document);
    const manifest = await parseManifest(manifestBytes);
    const identity = { name: 'm', version: '1', digest: '0' };
    const parts = {
      identity,
      manifestBytes,
      manifest,
      model: ENDLESS_MODEL,
      golden: undefined,
      data: new Map(),
    };
    await assert.rejects(tryModel(parts, { timeoutMs: 3000 }), { code: 'MODEL_INVALID' });
    await until(() => childrenOf(process.pid).length === 0);
  });

  it('whose process dies says how', onLinux, async () => {
    const trial = createTrialDescriber()(ENDLESS, {});
    const died = assert.rejects(trial, { code: 'MODEL_INVALID', message: /ends its process \(SIGSEGV\)/ });
    process.kill(await busyChildOf(process.pid), 'SIGSEGV');
    await died;
  });

  it('ends with its parent, though the runtime keeps its main thread', onLinux, async () => {
    const parent = spawn(process.execPath, [join(import.meta.dirname, 'trial-parent.ts')], {
      stdio: 'ignore',
    });
    assert.ok(parent.pid !== undefined);
    const child = await busyChildOf(parent.pid);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await until(() => !isAlive(child));
  });

  it('of a good model tells what is told without one', async () => {
    const bare = await readExported(exported('zipmap-string-labels'));
    assert.deepEqual(await createTrialDescriber()(bare, {}), await makeFirstManifest(bare, {}));
  });

  it('tells errors as they are told without one', async () => {
    const pipeline = exported('pipeline-columns');
    const table = await profileOf(pipeline);
    const cases: readonly (readonly [BareModel, InitOptions])[] = [
      [bareOf(Buffer.from('no model')), {}],
      [bareOf(modelOf(HEAD, additionGraph())), {}],
      [await readExported(pipeline), { table, columns: ['plan', 'regoin'] }],
      [await readExported(pipeline), { table, columns: ['plan'] }],
    ];
    for (const [bare, options] of cases) {
      const told = await makeFirstManifest(bare, options).catch((error: unknown) => error);
      assert.ok(told instanceof Error);
      const { message, name } = told;
      const [code, detail] = [Reflect.get(told, 'code'), Reflect.get(told, 'detail')];
      await assert.rejects(createTrialDescriber()(bare, options), { name, message, code, detail });
    }
  });

  it('shows nothing of what is wrong with the scorer itself but in the cause', async () => {
    const broken = { ...ENDLESS, data: undefined } as unknown as BareModel; // what no caller may hand over
    const error: unknown = await createTrialDescriber()(broken, {}).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof Error);
    assert.equal(error.message, 'Something failed inside the scorer; its log has the details.');
    assert.match(String(error.cause), /TypeError.*\n\s+at /);
  });

  it('may be one of several at once', async () => {
    const bares = await Promise.all(EXPORTED_MODELS.slice(0, 3).map(readExported));
    const all = await Promise.allSettled(
      [ENDLESS, ...bares].map((bare) => createTrialDescriber({ timeoutMs: 8000 })(bare, {})),
    );
    assert.deepEqual(
      all.map(({ status }) => status),
      ['rejected', 'fulfilled', 'fulfilled', 'fulfilled'],
    );
  });
});
