// Pages that a person uses: a Chromium driven by playwright, which types, clicks, drops and waits as people do.
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findBrowser, whyNoBrowser } from './browser.ts';
import { skip } from './skip.ts';

/** An open page, with what it asked for and complained of so far. */
export interface OpenPage {
  readonly page: Page;
  /** Addresses of all that was asked for. */
  readonly requests: readonly string[];
  /** Console messages, uncaught errors, and breaches of the page's policy. */
  readonly complaints: readonly string[];
}

/** Opens an address in a tab with a profile of its own. */
export type OpenInBrowser = (url: string, options?: BrowserContextOptions) => Promise<OpenPage>;

/** Defines tests of pages in a browser that starts before them and ends with them; where there is none they are skipped, loudly. */
export function describeInBrowser(title: string, define: (open: OpenInBrowser) => void): void {
  const reason = whyNoBrowser();
  if (reason !== undefined) {
    skip(title, reason);
    return;
  }
  describe(title, () => {
    let browser: Browser | undefined;
    before(async () => {
      // root has no sandbox, and containers little shared memory
      const args = ['--no-sandbox', '--disable-dev-shm-usage'];
      browser = await chromium.launch({ executablePath: findBrowser() ?? '', args });
    });
    after(() => browser?.close());
    define(async (url, options = {}) => {
      assert.ok(browser, 'the browser starts when the tests begin');
      return openPage(browser, url, options);
    });
  });
}

async function openPage(browser: Browser, url: string, options: BrowserContextOptions): Promise<OpenPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  return { page, requests, complaints };
}
