// Model files that the native runtime does not survive are refused, and nobody else is harmed.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createTrialDescriber } from '../../src/trial/trial.ts';
import { endlessModel } from '../endless-model.ts';
import { EXPORTED_MODELS, readExported } from '../exported-models.ts';

const isLinux = process.platform === 'linux';

function bareOf(bytes: Uint8Array) {
  return { pinned: { file: 'model.onnx', sha256: '0'.repeat(64) }, bytes, data: [] };
}

/** Processes whose parent a process is, from the system's own list. */
function childrenOf(pid: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid;
      } catch {
        return false; // ended meanwhile
      }
    })
    .map(Number);
}

async function until(holds: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!holds()) {
    assert.ok(Date.now() < deadline, `waited in vain for ${what}`);
    await delay(20);
  }
}

describe('a trial', () => {
  it('tells what the same would tell in this process', async () => {
    for (const name of ['ridge', 'mixed-inputs', 'external-data']) {
      const exported = EXPORTED_MODELS.find((each) => each.name === name);
      assert.ok(exported !== undefined);
      const { document, instances } = await createTrialDescriber()(await readExported(exported), {});
      assert.equal(document.task, exported.task);
      assert.ok(instances.length > 0);
    }
  });

  it('of a model that never comes to an end is over when its time is, and leaves no process', async () => {
    const describeModel = createTrialDescriber({ timeoutMs: 2000 });
    await assert.rejects(describeModel(bareOf(endlessModel()), {}), {
      code: 'MODEL_INVALID',
      message: /The model file is broken: the runtime does not end within 2 s/,
    });
    if (isLinux) await until(() => childrenOf(process.pid).length === 0, 'the trial to be gone');
  });

  it('hands on what is wrong with a file, by its code', async () => {
    await assert.rejects(createTrialDescriber()(bareOf(Buffer.from('no model')), {}), {
      code: 'MODEL_INVALID',
      message: /The model file is not an ONNX model/,
    });
  });

  it('ends with the process that asked for it, however that ends', { skip: !isLinux }, async () => {
    const parent = spawn(process.execPath, [join(import.meta.dirname, 'trial-program.ts')]);
    const { pid = 0 } = parent;
    let trial: number | undefined;
    await until(() => {
      [trial] = childrenOf(pid);
      return trial !== undefined;
    }, 'the trial to begin');
    await delay(500); // in the middle of it, where nothing but a signal reaches it
    parent.kill('SIGKILL');
    await until(() => {
      try {
        process.kill(trial ?? 0, 0);
        return readFileSync(`/proc/${trial}/stat`, 'utf8').includes(') Z ');
      } catch {
        return true;
      }
    }, 'the trial to be gone');
  });
});
