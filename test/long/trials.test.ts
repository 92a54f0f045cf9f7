// Ten thousand broken model files through the native runtime: what ends a process ends a trial's, and no other.
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { it } from 'node:test';
import { createTrialDescriber } from '../../src/trial/trial.ts';
import { EXPORTED_MODELS, readExported } from '../exported-models.ts';
import { mutate } from '../mutations.ts';
import type { SeedOutcome } from './batch-child.ts';

const FIRST_SEED = 1_000_000;
const FILES = 10_000;
const CHILDREN = 2;
/** A file that takes so long is tried again by itself, with as much time. */
const PATIENCE_MS = 10_000;

it(`${FILES} broken files are taken or refused, seeds ${FIRST_SEED} and on`, {
  timeout: 3_600_000,
}, async (t) => {
  const bares = await Promise.all(EXPORTED_MODELS.map(readExported));
  const counts = new Map<string, number>();
  let seed = FIRST_SEED;
  const work = async (): Promise<void> => {
    let child: ChildProcess | undefined;
    while (seed < FIRST_SEED + FILES) {
      const own = seed;
      seed += 1;
      child ??= await startChild();
      const outcome = await ask(child, own);
      counts.set(outcome.kind, (counts.get(outcome.kind) ?? 0) + 1);
      if (outcome.survived) continue;
      child = undefined;
      const bare = bares[own % bares.length];
      assert.ok(bare !== undefined);
      const broken = { ...bare, bytes: mutate(bare.bytes, own) };
      const alone = await createTrialDescriber({ timeoutMs: PATIENCE_MS })(broken, {}).then(
        () => 'taken',
        (error: unknown) => `${Reflect.get(Object(error), 'code')}: ${error}`,
      );
      t.diagnostic(
        `${EXPORTED_MODELS[own % bares.length]?.name} with seed ${own}: ${outcome.kind}; alone ${alone}`,
      );
      assert.match(alone, /^(?:taken$|MODEL_INVALID: )/, `seed ${own}`);
    }
    child?.kill('SIGKILL');
  };
  await Promise.all(Array.from({ length: CHILDREN }, work));
  t.diagnostic(JSON.stringify(Object.fromEntries(counts)));
  const allowed = /^(?:taken|MODEL_INVALID|late|SIG[A-Z]+|exit code \d+)$/;
  assert.deepEqual(
    [...counts.keys()].filter((kind) => !allowed.test(kind)),
    [],
  );
});

async function startChild(): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'batch-child.ts'), {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  await once(child, 'message');
  return child;
}

/** What became of a file, and whether the process that tried it is still there. */
async function ask(
  child: ChildProcess,
  seed: number,
): Promise<{ readonly kind: string; readonly survived: boolean }> {
  let isLate = false;
  const late = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, PATIENCE_MS);
  const stop = new AbortController();
  try {
    const { signal } = stop;
    const answered = once(child, 'message', { signal }).then(([told]) => ({
      kind: (told as SeedOutcome).outcome, // the child sends nothing else
      survived: true,
    }));
    const ended = once(child, 'exit', { signal }).then(([code, by]) => ({
      kind: isLate ? 'late' : String(by ?? `exit code ${code}`),
      survived: false,
    }));
    for (const each of [answered, ended]) each.catch(() => undefined); // one of them is aborted
    child.send(seed);
    return await Promise.race([answered, ended]);
  } finally {
    clearTimeout(late);
    stop.abort();
  }
}
