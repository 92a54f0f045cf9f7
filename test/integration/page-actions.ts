// What people do on the page to try a model, and what they read there.
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { OpenPage } from '../servers/page-browser.ts';
import type { PageServer } from './page-server.ts';

/** A phone held upright, of the narrowest kind. */
export const PHONE = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true } as const;

/** What POST / answers to a body of JSON. */
export async function predictOf(
  { url }: PageServer,
  instance: unknown,
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(instance),
  });
  assert.equal(answer.status, 200);
  return (await answer.json()) as Readonly<Record<string, unknown>>;
}

/** What the page shows as the prediction: the headline, and the number beside each bar by its name. */
export async function readPrediction(page: Page): Promise<{ answer: string; bars: Record<string, string> }> {
  await page.locator('#result .answer, #result .bars').first().waitFor();
  const answers = await page.locator('#result .answer').allInnerTexts();
  const names = await page.locator('#result .bars bdi').allInnerTexts();
  const numbers = await page.locator('#result .bars b').allInnerTexts();
  return {
    answer: answers.join(),
    bars: Object.fromEntries(names.map((name, index) => [name, numbers[index] ?? ''])),
  };
}

/** Drops a file on an element, as a browser tells of it. */
export async function dropFile(page: Page, selector: string, name: string, text: string): Promise<void> {
  const source = `(() => { const all = new DataTransfer(); all.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)})); return all; })()`;
  const dataTransfer = await page.evaluateHandle(source);
  await page.dispatchEvent(selector, 'dragover', { dataTransfer });
  await page.dispatchEvent(selector, 'drop', { dataTransfer });
}

/** Asserts that nothing was complained of, and nobody else asked. */
export function assertWell({ requests, complaints }: OpenPage, { url }: PageServer): void {
  assert.deepEqual(complaints, []);
  const elsewhere = requests.filter((each) => !each.startsWith(url) && !/^(?:data|blob):/.test(each));
  assert.deepEqual(elsewhere, []);
}
