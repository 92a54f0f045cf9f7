// The page in a browser, of models of every kind.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ManifestDocument } from '../../src/model/manifest.ts';
import { describeInBrowser } from '../servers/page-browser.ts';
import { assertWell, PHONE, predictOf, readPrediction } from './page-actions.ts';
import { publishExported, publishShipped, servePage } from './page-server.ts';

/** A model with a column of each type that a form can show. */
const bounded = (document: ManifestDocument): ManifestDocument => ({
  ...document,
  columns: (document.columns ?? []).map((column) =>
    column.name === 'age' ? { name: 'age', type: 'number', min: 0, max: 130 } : column,
  ),
});

describeInBrowser('the page of any model in a browser', (open) => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'scorestream-page-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('shows at the field what the server says of its value, and takes it away once it is right', async (t) => {
    await publishExported('one-hot-outside', folder, bounded);
    const server = await servePage(folder);
    t.after(server.stop);
    const { page, complaints } = await open(server.url);
    const age = page.getByLabel('age');
    assert.deepEqual([await age.getAttribute('min'), await age.getAttribute('max')], ['0', '130']);
    const problem = page.locator(`#${(await age.getAttribute('aria-describedby'))?.split(' ').at(-1)}`);
    for (const [value, says] of [
      ['999', /^expected a number .*130, got 999$/],
      ['', /^expected a number .*, got null$/],
    ] as const) {
      await age.fill(value);
      await page.getByRole('button', { name: 'Predict' }).click();
      await page.locator('#result .failed').waitFor();
      await page.getByText(says).first().waitFor();
      assert.match(await problem.innerText(), says);
      assert.equal(await age.getAttribute('aria-invalid'), 'true');
      assert.equal(await page.evaluate('document.activeElement.id'), await age.getAttribute('id'));
    }
    await age.fill('59');
    await page.keyboard.press('Enter');
    await readPrediction(page);
    assert.deepEqual([await problem.isVisible(), await age.getAttribute('aria-invalid')], [false, null]);
    // the browser itself tells of each answer that is an error
    assert.deepEqual(
      complaints.filter((each) => !each.includes('400')),
      [],
    );
  });

  describe('shows what it predicts', () => {
    for (const [name, show] of [
      ['multiclass-string-labels', (one) => one['label']],
      ['linear-svc', (one) => one['label']],
      ['linear-svc-multiclass', (one) => one['label']],
      ['label-only', (one) => one['label']],
      ['isolation-forest', (one) => (one['label'] === -1 ? 'Anomaly' : 'Usual')],
      ['random-forest-regressor', (one) => one['value']],
      ['multi-output-regressor', (one) => (one['values'] as readonly number[]).join(' ')],
      ['mixed-inputs', (one) => one['label']],
    ] as readonly [string, (prediction: Readonly<Record<string, unknown>>) => unknown][]) {
      it(`of ${name}`, async (t) => {
        const own = await mkdtemp(join(folder, name));
        await publishExported(name, own);
        const server = await servePage(own);
        t.after(server.stop);
        const opened = await open(server.url, PHONE);
        const { page } = opened;
        await page.getByRole('button', { name: 'Predict' }).tap();
        const { answer, bars } = await readPrediction(page);
        const body = JSON.parse(await page.locator('#json').innerText()) as { readonly instances: unknown[] };
        const { predictions } = (await predictOf(server, body)) as { readonly predictions?: unknown[] };
        const prediction = predictions?.[0] as Readonly<Record<string, unknown>>;
        assert.equal(answer === '' ? Object.values(bars).join(' ') : answer, String(show(prediction)));
        const numbers = (prediction['probabilities'] ?? prediction['scores']) as
          | readonly number[]
          | undefined;
        if (numbers !== undefined) assert.deepEqual(Object.values(bars).sort(), numbers.map(String).sort());
        assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360);
        assertWell(opened, server);
      });
    }
  });

  it('takes a whole row as JSON where there are more features than fields', async (t) => {
    const own = await mkdtemp(join(folder, 'wide-'));
    await publishShipped(own, ({ columns: _columns, golden: _golden, ...document }) => document);
    const server = await servePage(own);
    t.after(server.stop);
    const { page } = await open(server.url);
    const row = page.getByLabel('The row');
    assert.equal((JSON.parse(await row.inputValue()) as unknown[]).length, 37);
    await page.getByRole('button', { name: 'Predict' }).click();
    await readPrediction(page);
    for (const [text, says] of [
      ['[1]', 'expected 37 features, got 1'],
      ['[1', 'This is not JSON: '],
    ] as const) {
      await row.fill(text);
      await page.getByRole('button', { name: 'Predict' }).click();
      await page.locator('.problem').getByText(says).waitFor();
      assert.equal(await row.getAttribute('aria-invalid'), 'true');
    }
  });

  it('says that another model is served by now', async (t) => {
    const own = await mkdtemp(join(folder, 'swap-'));
    await publishShipped(own);
    const server = await servePage(own);
    t.after(server.stop);
    const { page } = await open(server.url);
    await page.getByRole('button', { name: 'Predict' }).click();
    await readPrediction(page);
    const told = page.getByText('Another model is served by now');
    assert.equal(await told.isVisible(), false);
    await publishShipped(own, (document) => ({ ...document, version: '2' }));
    await server.refresh();
    await page.getByRole('button', { name: 'Predict' }).click();
    await told.waitFor();
  });

  it('runs nothing of what a manifest says', async (t) => {
    const own = await mkdtemp(join(folder, 'hostile-'));
    const hostile = '"><img src=x onerror=alert(1)></script><script>alert(2)</script>';
    await publishExported('one-hot-outside', own, (document) => ({ ...document, description: hostile }));
    const server = await servePage(own);
    t.after(server.stop);
    const opened = await open(server.url);
    assert.equal(await opened.page.locator('header bdi').nth(2).innerText(), hostile);
    assert.equal(await opened.page.locator('img').count(), 0);
    assertWell(opened, server);
  });

  it('says why there is no model', async (t) => {
    const server = await servePage(join(folder, 'nowhere'));
    t.after(server.stop);
    const { page } = await open(server.url);
    assert.match(await page.getByRole('alert').innerText(), /manifest\.json/);
    await publishShipped(await mkdtemp(join(folder, 'x-')));
    await page.getByRole('link', { name: 'Reload the page' }).click();
    assert.match(await page.getByRole('alert').innerText(), /manifest\.json/);
  });
});
