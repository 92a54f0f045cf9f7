import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What wrk measured. */
export interface WrkResult {
  /** Requests a second. */
  readonly rate: number;
  readonly p99Ms: number;
}

/** What wrk sends. */
export interface Load {
  readonly url: string;
  readonly contentType: string;
  readonly body: string;
  readonly connections: number;
  readonly seconds: number;
}

/** Loads a server with one request again and again. @throws Error where any failed */
export async function runWrk({ url, contentType, body, connections, seconds }: Load): Promise<WrkResult> {
  const script = join(import.meta.dirname, 'send.lua');
  const words = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, url, '--', contentType, body];
  const child = spawn('wrk', words, { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const [code] = await once(child, 'close');
  const result = /^RESULT (.*)$/m.exec(printed)?.[1];
  if (code !== 0 || result === undefined) throw new Error(`wrk failed:\n${printed}`);
  const { failed, ...measured } = JSON.parse(result) as WrkResult & { readonly failed: number }; // by send.lua
  if (failed > 0) throw new Error(`${failed} requests to ${url} failed.`);
  return measured;
}
