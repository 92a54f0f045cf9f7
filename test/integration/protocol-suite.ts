// HTTP as bytes, at the listener with the handler alone and in front of the framework; where the framework alone
// differs, its row says so.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Fronts } from './fronts.ts';
import { ALLOWED, type ProtocolRow, REFUSED } from './protocol-rows.ts';
import { type Talk, talk } from './raw-http.ts';

function tell(
  url: string,
  { send, isHead = false, halfClose = false, closes }: ProtocolRow,
  until: number,
): Promise<Talk> {
  return talk(url, send, { isHead, halfClose, ...(closes ? {} : { until }) });
}

function check(row: ProtocolRow, { answers, closed, rest }: Talk, name: string): void {
  const shown = `${name}: ${JSON.stringify(answers)}${rest}`;
  assert.deepEqual(
    answers.map(({ status }) => status),
    row.statuses,
    shown,
  );
  assert.equal(rest, '', shown);
  assert.equal(closed, row.closes ?? false, shown);
  for (const [index, said] of (row.says ?? []).entries()) {
    assert.ok(answers[index]?.body.includes(said), shown);
  }
  for (const { status, headers, body } of answers) {
    if (status < 400 || body === '') continue;
    assert.equal(headers['content-type'], 'application/json', shown);
    JSON.parse(body);
  }
}

/** Tells bytes of HTTP to each front. @param fronts there once tests run */
export function testProtocol(fronts: Fronts): void {
  for (const [title, rows] of [
    ['is served', ALLOWED],
    ['is refused', REFUSED],
  ] as const) {
    describe('a request with', () => {
      for (const row of rows) {
        it(`${row.why} ${title}`, async () => {
          const { statuses, alone: aloneStatuses = statuses } = row;
          check(row, await tell(fronts.bare.url, row, statuses.length), 'bare');
          check(row, await tell(fronts.front.url, row, statuses.length), 'in front');
          assert.equal((await fetch(`${fronts.front.url}/health`)).status, 200);
          if (aloneStatuses === 'varies') return;
          const without = await tell(
            fronts.alone.url,
            { ...row, closes: aloneStatuses.length === 0 },
            aloneStatuses.length,
          );
          assert.deepEqual(
            without.answers.map(({ status }) => status),
            aloneStatuses,
            `alone: ${JSON.stringify(without)}`,
          );
        });
      }
    });
  }
}
