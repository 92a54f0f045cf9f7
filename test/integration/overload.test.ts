// What is refused where too much is under way, and what is given back.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { ADMISSION_LIMITS } from '../../functions/http/admission.ts';
import type { HttpParts } from '../../src/compose.ts';
import { flights, parts, post, serve, toCsv } from './many-flights.ts';

describe('too much at once', () => {
  const single = JSON.stringify(flights[0]);

  it('is refused before its body is read, with when to try again; what is under way ends well', async () => {
    const gate = Promise.withResolvers<void>();
    const { scorer } = parts;
    const slow: HttpParts['scorer'] = {
      ...scorer,
      withModel: (use, options) => gate.promise.then(() => scorer.withModel(use, options)),
    };
    const url = await serve({ ...ADMISSION_LIMITS, requests: 3 }, { scorer: slow });
    const admitted = [1, 2, 3].map(() => post(url, 'application/json', single));
    let refused: Response;
    do refused = await post(url, 'application/json', single);
    while (refused.status === 200);
    assert.equal(refused.status, 429);
    assert.equal(refused.headers.get('retry-after'), '5');
    assert.equal(((await refused.json()) as { code: string }).code, 'OVERLOADED');
    gate.resolve();
    for (const answer of await Promise.all(admitted)) assert.equal(answer.status, 200);
    assert.equal((await post(url, 'application/json', single)).status, 200);
  });

  it('is given back for answers that wait behind another when their client leaves', async () => {
    const gate = Promise.withResolvers<void>();
    const { scorer } = parts;
    let calls = 0;
    let scored = 0;
    const slow: HttpParts['scorer'] = {
      ...scorer,
      async withModel(use, options) {
        calls += 1;
        if (calls === 1) await gate.promise;
        return scorer.withModel(use, options).finally(() => {
          scored += 1;
        });
      },
    };
    const url = await serve({ ...ADMISSION_LIMITS, requests: 2 }, { scorer: slow });
    const body = toCsv(flights);
    const head = `POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: text/csv\r\n`;
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`.repeat(2));
    while (scored === 0) await nextTurn();
    socket.destroy();
    gate.resolve();
    while (scored < 2) await nextTurn();
    for (let count = 0; count < 4; count += 1) {
      assert.equal((await post(url, 'text/csv', body)).status, 200);
      const both = await Promise.all([1, 2].map(() => post(url, 'text/csv', body)));
      assert.deepEqual(
        both.map(({ status }) => status),
        [200, 200],
      );
    }
  });

  it('counts the bytes of bodies as they come, inflated ones too; small ones always find room', async () => {
    const url = await serve({ ...ADMISSION_LIMITS, bytes: 30_000 });
    const large = toCsv(flights.concat(flights)); // 100 kB
    assert.equal((await post(url, 'text/csv', large)).status, 429);
    const headers = { 'Content-Type': 'text/csv', 'Content-Encoding': 'gzip' };
    const packed = await fetch(url, { method: 'POST', headers, body: gzipSync(large) });
    assert.equal(packed.status, 429);
    const unsized = await fetch(url, {
      ...{ method: 'POST', headers: { 'Content-Type': 'text/csv' }, duplex: 'half' },
      body: new Blob([large]).stream(),
    } as RequestInit);
    assert.equal(unsized.status, 429);
    assert.equal((await post(url, 'text/csv', toCsv(flights))).status, 200);
  });
});
