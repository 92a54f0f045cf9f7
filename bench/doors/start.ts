import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { FUNCTION_NODE_OPTIONS } from '../../cli/function-process.ts';
import { freePort } from '../../test/free-port.ts';

/** A function in a process of its own. */
export interface Door {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a function over a bare server, as it is deployed but for the framework; resolves when its model serves. */
export async function startDoor(target: 'predict' | 'score'): Promise<Door> {
  const port = await freePort();
  const server = join(import.meta.dirname, 'server.ts');
  const child: ChildProcess = spawn(
    process.execPath,
    [...FUNCTION_NODE_OPTIONS, server, target, String(port)],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const url = `http://127.0.0.1:${port}`;
  const isReady = (): Promise<boolean> =>
    fetch(`${url}/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isReady())) {
    if (child.exitCode !== null) throw new Error(`The ${target} function did not start.`);
    await wait(50);
  }
  return {
    url,
    async stop() {
      child.kill();
      await once(child, 'exit');
    },
  };
}
