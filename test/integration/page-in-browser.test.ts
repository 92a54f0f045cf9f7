// The page to try a model, as people use it: with a mouse, with a keyboard alone, on a phone.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, it } from 'node:test';
import { describeInBrowser } from '../servers/page-browser.ts';
import { assertWell, dropFile, PHONE, predictOf, readPrediction } from './page-actions.ts';
import { type PageServer, SHIPPED, servePage } from './page-server.ts';

const FLIGHTS = [
  'OPERA,TIPOVUELO,MES,note',
  'Iberia,I,7,first',
  'Iberia,I,13,"too late, by a month"',
  '"Grupo LATAM",N,12,last',
  '',
].join('\r\n');

describeInBrowser('the page of the shipped model in a browser', (open) => {
  let server: PageServer;
  before(async () => {
    server = await servePage(SHIPPED);
  });
  after(() => server.stop());

  it('predicts what POST / predicts for the same row', async () => {
    const opened = await open(server.url);
    const { page } = opened;
    const instance = { OPERA: 'Grupo LATAM', TIPOVUELO: 'N', MES: 7 };
    for (const [name, value] of Object.entries(instance)) {
      await page.getByLabel(name, { exact: true }).selectOption({ label: String(value) });
    }
    await page.getByRole('button', { name: 'Predict' }).click();
    const { answer, bars } = await readPrediction(page);
    const expected = await predictOf(server, instance);
    const [none, late] = expected['probabilities'] as readonly number[];
    assert.equal(answer, String(expected['label']));
    assert.deepEqual(bars, { 0: String(none), 1: String(late) });
    const meter = page.getByRole('meter', { name: '1', exact: true });
    assert.equal(await meter.getAttribute('aria-valuenow'), String(late));
    const [whole, filled] = await Promise.all([meter.boundingBox(), meter.locator('div').boundingBox()]);
    const share = (filled?.width ?? 0) / (whole?.width ?? 0);
    assert.ok(Math.abs(share - (late ?? 0)) < 0.01, `a bar of ${share}`);
    assertWell(opened, server);
  });

  it('begins with a row that the model takes', async () => {
    const { page } = await open(server.url);
    await page.getByRole('button', { name: 'Predict' }).click();
    assert.match((await readPrediction(page)).answer, /^[01]$/);
  });

  it('shows the JSON and the line for a shell that do the same', async () => {
    const { page } = await open(server.url);
    await page.getByLabel('OPERA').selectOption('Sky Airline');
    const body = JSON.parse(await page.locator('#json').innerText()) as { readonly instances: unknown[] };
    const line = await page.locator('#curl').innerText();
    assert.match(line, /^curl 'http:\/\/127\.0\.0\.1:\d+\/' -H 'Content-Type: application\/json' -d '/);
    assert.ok(line.endsWith(`'${JSON.stringify(body)}'`), line);
    const { predictions } = (await predictOf(server, body)) as { readonly predictions?: unknown[] };
    assert.deepEqual(predictions, [await predictOf(server, body.instances[0])]);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy: From a shell' }).click();
    await page.getByText('Copied.').waitFor();
    assert.equal(await page.evaluate('navigator.clipboard.readText()'), line);
  });

  it('is filled and asked by the keyboard alone, in the order in which it is read', async () => {
    const { page } = await open(server.url);
    const focused = () =>
      page.evaluate<string>('document.activeElement.id || document.activeElement.innerText');
    const visited: string[] = [];
    for (const keys of ['Iberia', 'N', '7', '']) {
      await page.keyboard.press('Tab');
      visited.push(await focused());
      if (keys !== '') await page.keyboard.type(keys);
    }
    assert.deepEqual(visited, ['field-0', 'field-1', 'field-2', 'Predict']);
    await page.keyboard.press('Enter');
    const { bars } = await readPrediction(page);
    const expected = await predictOf(server, { OPERA: 'Iberia', TIPOVUELO: 'N', MES: 7 });
    assert.deepEqual(Object.values(bars), (expected['probabilities'] as readonly number[]).map(String));
    const rest: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      await page.keyboard.press('Tab');
      rest.push(await focused());
    }
    assert.deepEqual(rest, ['file', 'Copy', 'curl', 'Copy', 'json']);
  });

  for (const place of ['#drop', 'h1']) {
    it(`scores a file that is dropped on ${place}, shows its bad row and gives the bytes of the server`, async () => {
      const opened = await open(server.url, { acceptDownloads: true });
      const { page } = opened;
      await dropFile(page, place, 'flights.csv', FLIGHTS);
      const download = page.getByRole('link', { name: 'Download the predictions' });
      await download.waitFor();
      assert.match(await page.locator('#file-result').innerText(), /flights\.csv: 3 rows, 1 failed\./);
      assert.deepEqual(
        await page.locator('#file-result tbody tr th, #file-result tbody tr td').allInnerTexts(),
        ['2', 'column "MES": expected 1 to 12, got "13"', 'Iberia,I,13,"too late, by a month"'],
      );
      const [file] = await Promise.all([page.waitForEvent('download'), download.click()]);
      assert.equal(file.suggestedFilename(), 'flights-predictions.csv');
      const answer = await fetch(`${server.url}predict?on_error=partial`, {
        method: 'POST',
        headers: { 'content-type': 'text/csv' },
        body: FLIGHTS,
      });
      assert.deepEqual(await readFile(await file.path()), Buffer.from(await answer.arrayBuffer()));
      assertWell(opened, server);
    });
  }

  it('tells why a file cannot be scored at all', async () => {
    const { page } = await open(server.url);
    await page
      .getByLabel('A CSV file')
      .setInputFiles({ name: 'other.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') });
    const told = page.locator('#file-result .failed');
    await told.waitFor();
    assert.match(await told.innerText(), /^other\.csv: .*OPERA/);
    assert.equal(await page.locator('#download').count(), 0);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`fits a phone, with targets for fingers: ${colorScheme}`, async () => {
      const opened = await open(server.url, { ...PHONE, colorScheme });
      const { page } = opened;
      await page.getByRole('button', { name: 'Predict' }).tap();
      await readPrediction(page);
      await dropFile(page, '#drop', `${'long'.repeat(30)}.csv`, FLIGHTS);
      await page.locator('#download').waitFor();
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360);
      const targets = await page.evaluate<readonly { id: string; height: number; width: number }[]>(
        `[...document.querySelectorAll('button, input, select, .button')].map((each) => {
          const { height, width } = each.getBoundingClientRect();
          return { id: each.id || each.innerText, height, width };
        })`,
      );
      assert.deepEqual(
        targets.filter(({ height, width }) => height < 44 || width < 44),
        [],
      );
      const paper = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
      const [red = ''] = /\d+/.exec(paper) ?? [];
      assert.ok(colorScheme === 'dark' ? Number(red) < 80 : Number(red) > 200, paper);
      assertWell(opened, server);
    });
  }

  it('says when the server is gone', async () => {
    const other = await servePage(SHIPPED);
    const { page } = await open(other.url);
    await other.stop();
    await page.getByRole('button', { name: 'Predict' }).click();
    await page.getByText('The server could not be reached.').waitFor();
  });
});
