// What people do to a listener that they don't like.
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { open, talk } from '../integration/raw-http.ts';

/** An attack on the server at a URL; it resolves when the attacker has left. */
export interface Attack {
  readonly why: string;
  run(url: string): Promise<void>;
}

const MIB = 1024 * 1024;
const HEADERS = 'POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
const FLIGHT = '{"OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":7}';
const WHOLE = `${HEADERS}Content-Length: ${FLIGHT.length}\r\n\r\n${FLIGHT}`;
const bomb = gzipSync(Buffer.alloc(33 * MIB));
const csv = `OPERA,TIPOVUELO,MES\n${'Grupo LATAM,I,7\n'.repeat(100_000)}`;

/** Connects so many times, fifty at once. */
async function connectMany(url: string, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    sockets.push(...(await Promise.all(Array.from({ length: 50 }, () => open(url)))));
  }
  return sockets;
}

async function leave(sockets: readonly Socket[]): Promise<void> {
  const gone = sockets.filter((socket) => !socket.closed).map((socket) => once(socket, 'close'));
  for (const socket of sockets) socket.destroy();
  await Promise.all(gone);
}

/** Opens so many connections, each of which sends bytes and leaves a while later without reading. */
function sendAndLeave(count: number, bytes: (index: number) => string, stayMs = 0): Attack['run'] {
  return async (url) => {
    const sockets = await connectMany(url, count);
    for (const [index, socket] of sockets.entries()) socket.pause().write(bytes(index));
    await delay(stayMs);
    await leave(sockets);
  };
}

/** Talks to the end, so many times, ten at once. */
function talkMany(count: number, bytes: string | readonly (string | Uint8Array)[]): Attack['run'] {
  return async (url) => {
    for (let done = 0; done < count; done += 10) {
      await Promise.all(Array.from({ length: 10 }, () => talk(url, bytes, { timeoutMs: 60_000 })));
    }
  };
}

/** @param idleConnections as many as the limit of open files lets there be, 10,000 where it does */
export function toAttacks(idleConnections: number): readonly Attack[] {
  return [
    {
      why: `${idleConnections} connections that say nothing`,
      run: sendAndLeave(idleConnections, () => '', 2000),
    },
    {
      why: '1,000 clients that send their headers byte by byte',
      async run(url) {
        const sockets = await connectMany(url, 1000);
        for (const byte of `${HEADERS}X-A: bbbbbbbb`) {
          for (const socket of sockets) socket.write(byte);
          await delay(20);
        }
        await leave(sockets);
      },
    },
    {
      why: '500 uploads that promise 32 MiB and stop',
      run: sendAndLeave(
        500,
        () => `${HEADERS}Content-Length: ${32 * MIB}\r\n\r\n${' '.repeat(65_536)}`,
        2000,
      ),
    },
    {
      why: '200 bodies of 33 KB that inflate to 33 MiB',
      run: talkMany(200, [
        `${HEADERS}Connection: close\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`,
        bomb,
      ]),
    },
    {
      why: '3,000 connections cut in their headers',
      run: sendAndLeave(3000, (index) => WHOLE.slice(0, 1 + (index % 90))),
    },
    {
      why: '3,000 connections cut in their body',
      run: sendAndLeave(3000, (index) => WHOLE.slice(0, -1 - (index % 40))),
    },
    { why: '3,000 connections cut before their answer', run: sendAndLeave(3000, () => WHOLE) },
    {
      why: '100 connections cut in a large answer that they do not read',
      run: sendAndLeave(
        100,
        () => `${HEADERS.replace('application/json', 'text/csv')}Content-Length: ${csv.length}\r\n\r\n${csv}`,
        3000,
      ),
    },
    {
      why: '50 connections that pipeline 2,000 requests and read nothing',
      run: sendAndLeave(50, () => WHOLE.repeat(2000), 2000),
    },
    {
      why: '200 requests of 100,000 headers',
      run: talkMany(200, `GET /health HTTP/1.1\r\nHost: a\r\n${'a:b\r\n'.repeat(100_000)}\r\n`),
    },
    { why: '200 URLs of 1 MiB', run: talkMany(200, `GET /${'a'.repeat(MIB)} HTTP/1.1\r\nHost: a\r\n\r\n`) },
    {
      why: '2,000 talks that are no HTTP',
      run: talkMany(2000, '\x16\x03\x01\x00\xf8\x01\x00\x00\xf4\x03\x03'),
    },
  ];
}
