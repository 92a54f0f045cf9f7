// A real browser without a window, driven over its debugging pipe.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { after, before, describe, it } from 'node:test';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const DEADLINE_MS = 60_000;

/** What the browser says of a page. */
export interface LoadedPage {
  /** Addresses that were asked for, the page's own among them. */
  readonly requests: readonly string[];
  /** What was written to the console, and what the browser complains of. */
  readonly complaints: readonly string[];
  /** The value of an expression in the page. */
  evaluate(expression: string): Promise<unknown>;
}

/** A running browser. */
export interface Browser {
  /** Loads a page into a new tab. @param theme what the reader's system is set to */
  load(url: string, theme: 'light' | 'dark'): Promise<LoadedPage>;
  stop(): Promise<void>;
}

/** Why there is no browser on this machine; undefined when there is. */
export function whyNoBrowser(): string | undefined {
  return findBrowser() === undefined ? 'no Chromium is on the PATH (apt-get install chromium)' : undefined;
}

/** Where the Chromium of this machine is; undefined when there is none. */
export function findBrowser(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}

/**
 * Defines tests in a browser that starts before them and ends with them. Where there is none the tests are skipped,
 * and that is said; with `CI=true` it is a failure.
 */
export function describeWithBrowser(title: string, define: (browser: () => Browser) => void): void {
  const reason = whyNoBrowser();
  if (reason !== undefined) {
    process.stderr.write(`NOT TESTED: ${title}: ${reason}. See CONTRIBUTING.md.\n`);
    it(title, { skip: process.env['CI'] === 'true' ? false : reason }, () => assert.fail(reason));
    return;
  }
  describe(title, () => {
    let browser: Browser | undefined;
    before(async () => {
      browser = await startBrowser();
    });
    after(() => browser?.stop());
    define(() => {
      assert.ok(browser, 'the browser starts when the tests begin');
      return browser;
    });
  });
}

interface Reply {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** Starts it with a profile of its own. It ends when its pipe does, and so with this process. */
export async function startBrowser(): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'scorestream-browser-'));
  const child = spawn(
    findBrowser() ?? '',
    [
      ...['--headless', '--remote-debugging-pipe', `--user-data-dir=${profile}`, '--no-first-run'],
      // root has no sandbox, and containers little shared memory
      ...['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-background-networking'],
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const exited = once(child, 'exit');
  const [input, output] = [child.stdio[3] as Writable, child.stdio[4] as Readable]; // as asked for above
  const { ask, listen } = createDevTools(input, output);
  return {
    load: (url, theme) => loadPage(ask, listen, url, theme),
    async stop() {
      input.end();
      await exited;
      await rm(profile, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

type Ask = (method: string, params?: object, sessionId?: string) => Promise<Record<string, unknown>>;
type Listen = (onEvent: (event: Reply) => void) => void;

/** Speaks the DevTools protocol: JSON that ends with a NUL character. */
function createDevTools(input: Writable, output: Readable): { readonly ask: Ask; readonly listen: Listen } {
  const waiting = new Map<number, PromiseWithResolvers<Record<string, unknown>>>();
  const listeners: ((event: Reply) => void)[] = [];
  let [last, rest] = [0, ''];
  const take = (message: string): void => {
    const reply = JSON.parse(message) as Reply; // the protocol's own shape
    if (reply.id === undefined) {
      for (const listener of listeners) listener(reply);
      return;
    }
    const asked = waiting.get(reply.id);
    if (reply.error === undefined) asked?.resolve(reply.result ?? {});
    else asked?.reject(new Error(reply.error.message));
  };
  output.setEncoding('utf8').on('data', (text: string) => {
    const messages = (rest + text).split('\0');
    rest = messages.pop() ?? '';
    messages.forEach(take);
  });
  output.on('close', () => {
    for (const each of waiting.values()) each.reject(new Error('the browser ended'));
  });
  return {
    listen: (onEvent) => void listeners.push(onEvent),
    ask(method, params = {}, sessionId) {
      const asked = Promise.withResolvers<Record<string, unknown>>();
      last += 1;
      waiting.set(last, asked);
      input.write(`${JSON.stringify({ id: last, method, params, ...(sessionId && { sessionId }) })}\0`);
      return asked.promise;
    },
  };
}

async function loadPage(ask: Ask, listen: Listen, url: string, theme: string): Promise<LoadedPage> {
  const { targetId } = await ask('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await ask('Target.attachToTarget', { targetId, flatten: true });
  const requests: string[] = [];
  const complaints: string[] = [];
  const loaded = Promise.withResolvers<void>();
  listen(({ sessionId: from, method, params }) => {
    if (from !== sessionId) return;
    if (method === 'Network.requestWillBeSent') requests.push(toUrl(params));
    if (
      method === 'Runtime.consoleAPICalled' ||
      method === 'Log.entryAdded' ||
      method === 'Runtime.exceptionThrown'
    ) {
      complaints.push(JSON.stringify(params));
    }
    if (method === 'Page.loadEventFired') loaded.resolve();
  });
  const inPage = (method: string, params?: object) => ask(method, params, String(sessionId));
  for (const domain of ['Network', 'Runtime', 'Log', 'Page']) await inPage(`${domain}.enable`);
  await inPage('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: theme }] });
  await inPage('Page.navigate', { url });
  const timer = setTimeout(() => loaded.reject(new Error(`${url} did not load`)), DEADLINE_MS);
  await loaded.promise.finally(() => clearTimeout(timer));
  return {
    requests,
    complaints,
    async evaluate(expression) {
      const { result } = await inPage('Runtime.evaluate', {
        expression,
        returnByValue: true,
        awaitPromise: true,
      });
      return (result as { value?: unknown }).value;
    },
  };
}

/** The protocol's `Network.requestWillBeSent`. */
function toUrl(params: Reply['params'] = {}): string {
  const request = params['request'] as { readonly url: string };
  return request.url;
}

// says whether tests in a browser can run here
if (import.meta.main) {
  const reason = whyNoBrowser();
  if (reason === undefined) await (await startBrowser()).stop();
  else {
    process.stderr.write(`${reason}\n`);
    process.exitCode = 1;
  }
}
