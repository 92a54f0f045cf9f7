// A short soak, and that nothing which it started is left, however it ends.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { it } from 'node:test';
import { describeWithPubSub } from '../servers/pubsub.ts';
import { until } from './served.ts';

const SOAK = join(import.meta.dirname, '../faults/soak.ts');

describeWithPubSub('a soak', () => {
  it('loses nothing in random faults, and leaves no process behind', async () => {
    const { child, output } = startSoak(['--minutes', '0.25']);
    const [code] = await once(child, 'exit');
    assert.equal(code, 0, output());
    assert.match(output(), /^Seed \d+, for 0\.25 minutes\.\n/);
    assert.match(
      output(),
      /^[1-9]\d* runs, [1-9]\d* outputs, \d+ of them duplicates with equal contents\. /m,
    );
    await untilGroupEnded(child);
  });

  it('leaves no process behind when it is killed', async () => {
    const { child, output } = startSoak(['--minutes', '5', '--seed', '1']);
    await until(
      () => output().includes('Seed 1, '),
      () => `the soak to start: ${output()}`,
    );
    assert.ok(isGroupAlive(child));
    child.kill('SIGKILL');
    await untilGroupEnded(child);
  });

  it('says what is wrong with its flags', async () => {
    const { child, output } = startSoak(['--minutes', 'ten']);
    const [code] = await once(child, 'exit');
    assert.deepEqual([code, output()], [1, '--minutes or --seed is no number\n']);
  });
});

/** Starts it as the first of a process group of its own. */
function startSoak(flags: readonly string[]): { readonly child: ChildProcess; output(): string } {
  const child = spawn(process.execPath, [SOAK, ...flags], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return { child, output: () => output };
}

function untilGroupEnded(child: ChildProcess): Promise<void> {
  return until(
    () => !isGroupAlive(child),
    () => 'the processes of the soak to end',
  );
}

/** https://man7.org/linux/man-pages/man2/kill.2.html: signal 0 asks, a negative id means the group. */
function isGroupAlive({ pid = 0 }: ChildProcess): boolean {
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
}
