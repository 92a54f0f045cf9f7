// `npm run page-image`: writes docs/images/page.png, the page to try the shipped model as a browser shows it.
import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { SHIPPED, servePage } from '../test/integration/page-server.ts';
import { findBrowser } from '../test/servers/browser.ts';

const path = join(import.meta.dirname, '../docs/images/page.png');
const MAX_BYTES = 150_000;

const FLIGHTS = 'OPERA,TIPOVUELO,MES,flight\nIberia,I,7,IB6833\nIberia,I,13,IB6833\nGrupo LATAM,N,12,LA302\n';

const server = await servePage(SHIPPED);
const browser = await chromium.launch({ executablePath: findBrowser() ?? '', args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 960, height: 830 } });
await page.goto(server.url);
await page.getByLabel('OPERA').selectOption('Grupo LATAM');
await page.getByRole('button', { name: 'Predict' }).click();
await page.locator('.answer').waitFor();
const buffer = Buffer.from(FLIGHTS);
await page.getByLabel('A CSV file').setInputFiles({ name: 'flights.csv', mimeType: 'text/csv', buffer });
await page.locator('#download').waitFor();
mkdirSync(dirname(path), { recursive: true });
await page.screenshot({ path });
await browser.close();
await server.stop();
const { size } = statSync(path);
if (size > MAX_BYTES) throw new Error(`${path} has ${size} bytes: expected ${MAX_BYTES} at most`);
process.exit(); // the model stays loaded
