import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { toReportHtml } from '../../cli/report/report.ts';
import { describeWithBrowser } from '../servers/browser.ts';
import { HOSTILE } from '../unit/markup.ts';
import { toReportData } from '../unit/report-cases.ts';

/** How light a colour is: `rgb(…)` as browsers give it. */
function lightness(colour: unknown): number {
  const parts = [...String(colour).matchAll(/\d+/g)].slice(0, 3).map(Number);
  return parts.reduce((sum, part) => sum + part, 0) / 3;
}

describeWithBrowser('a report in a browser', (browser) => {
  let dir = '';
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'scorestream-report-'));
  });
  after(() => rm(dir, { recursive: true, force: true }));

  for (const theme of ['light', 'dark'] as const) {
    it(`is ${theme} where the reader's system is`, async () => {
      const path = join(dir, `${theme}.html`);
      await writeFile(path, toReportHtml(toReportData()));
      const page = await browser().load(pathToFileURL(path).href, theme);
      const paper = lightness(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
      const ink = lightness(await page.evaluate('getComputedStyle(document.body).color'));
      assert.ok(theme === 'light' ? paper > 200 && ink < 80 : paper < 80 && ink > 200, `${ink} on ${paper}`);
    });
  }

  for (const [title, text] of [
    ['as usual', undefined],
    ['of hostile names and messages', HOSTILE.join(' ')],
  ] as const) {
    it(`asks for nothing, complains of nothing and runs nothing: ${title}`, async () => {
      const path = join(dir, `${title}.html`);
      await writeFile(path, toReportHtml(toReportData(text === undefined ? {} : { text })));
      const url = pathToFileURL(path).href;
      const page = await browser().load(url, 'light');
      assert.deepEqual(
        page.requests.filter((request) => request !== url && !request.startsWith('data:')),
        [],
      );
      assert.deepEqual(page.complaints, []);
      assert.equal(
        await page.evaluate("document.querySelectorAll('script, img, [onerror], [onmouseover]').length"),
        0,
      );
      assert.equal(await page.evaluate("document.querySelectorAll('svg rect').length > 0"), true);
      assert.equal(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), true);
    });
  }

  it('is read by a browser as XML, too: every element is closed', async () => {
    const path = join(dir, 'xml.html');
    await writeFile(path, toReportHtml(toReportData({ text: HOSTILE.join(' ') })));
    const page = await browser().load(pathToFileURL(path).href, 'light');
    const source = JSON.stringify(toReportHtml(toReportData({ text: HOSTILE.join(' ') })));
    const errors = `new DOMParser().parseFromString(${source}, 'application/xhtml+xml').querySelectorAll('parsererror').length`;
    assert.equal(await page.evaluate(errors), 0);
  });
});
