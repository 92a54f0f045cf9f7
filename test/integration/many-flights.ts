// Flights in many rows, and the prediction function in this process to send them to.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { ADMISSION_LIMITS, type AdmissionLimits } from '../../functions/http/admission.ts';
import { createPredictHandler } from '../../functions/http/routes.ts';
import { composePredict, type HttpParts } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';

/** As many as are scored in several slices. */
export const ROWS = 3000;
const AIRLINES = ['Grupo LATAM', 'Sky Airline', 'Copa Air', 'Iberia'];
/** Flights of which all can be scored. */
export const flights = Array.from({ length: ROWS }, (_, row) => ({
  OPERA: AIRLINES[row % AIRLINES.length] as string,
  TIPOVUELO: row % 5 === 0 ? 'I' : 'N',
  MES: (row % 12) + 1,
}));
/** The place of the bad one in {@link withBad}. */
export const BAD = 1234;
/** The same with one that has a thirteenth month. */
export const withBad = flights.map((flight, row) => (row === BAD ? { ...flight, MES: 13 } : flight));

/** What the function is made of; there once tests begin. */
export let parts: HttpParts;
const servers: Server[] = [];
before(async () => {
  const model = join(import.meta.dirname, '../../model-files/flight-delay');
  parts = await composePredict(readConfig({ MODEL_URI: model, LOG_LEVEL: 'ERROR' }));
});
after(() => {
  for (const server of servers) server.close();
});

/** Serves the function, with other bounds or parts where that is asked for; returns where it predicts. */
export async function serve(
  limits: AdmissionLimits = ADMISSION_LIMITS,
  more: Partial<HttpParts> = {},
): Promise<string> {
  const handler = createPredictHandler({ ...parts, ...more }, limits);
  const server = createServer((incoming, response) => void handler(incoming, response)).listen(
    0,
    '127.0.0.1',
  );
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/predict`;
}

/** Sends a body. */
export function post(url: string, contentType: string, body: string, accept = '*/*'): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'Content-Type': contentType, Accept: accept }, body });
}

/** Rows as CSV with a header. */
export const toCsv = (rows: readonly object[]): string =>
  `OPERA,TIPOVUELO,MES\n${rows.map((row) => `${Object.values(row).join(',')}\n`).join('')}`;
/** Rows as lines of JSON. */
export const toNdjson = (rows: readonly object[]): string =>
  rows.map((row) => `${JSON.stringify(row)}\n`).join('');
