import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ScorerError } from '../../src/errors.ts';

const ADAPTER = new URL('../../src/adapters/local/storage.ts', import.meta.url).href;

/** An object that is read, as text. */
export async function textOf(source: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return String(Buffer.concat(parts));
}

/** Passes when `run` throws a ScorerError of this code, with such a message. */
export async function assertCode(code: string, pattern: RegExp, run: () => unknown): Promise<void> {
  await assert.rejects(
    async () => run(),
    (error) => {
      assert.ok(error instanceof ScorerError, String(error));
      assert.equal(error.code, code);
      assert.match(error.message, pattern);
      return true;
    },
  );
}

/** Starts a module of the text given, with the adapter as `storage` and the arguments in `process.argv`. */
export function startStorageChild(script: string, ...args: readonly string[]) {
  const module = `import { createLocalStorage } from ${JSON.stringify(ADAPTER)};
    const storage = createLocalStorage();
    const [, ...args] = process.argv;
    ${script}`;
  return spawn(process.execPath, ['--input-type=module', '-e', module, '--', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** What such a module prints until it ends. */
export async function outputOfChild(script: string, ...args: readonly string[]): Promise<string> {
  const child = startStorageChild(script, ...args);
  child.stdout.setEncoding('utf8');
  let output = '';
  child.stdout.on('data', (text: string) => {
    output += text;
  });
  await once(child, 'close');
  return output.trim();
}
