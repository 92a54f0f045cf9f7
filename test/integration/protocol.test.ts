// HTTP as bytes, at the listener with the handler alone and in front of the framework; where the framework alone
// differs, its row says so.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type FunctionServer, startServer } from './function-server.ts';
import { type BareListener, startBarePredict } from './listeners.ts';
import { ALLOWED, type ProtocolRow, REFUSED } from './protocol-rows.ts';
import { type Talk, talk } from './raw-http.ts';

let bare: BareListener;
let front: FunctionServer;
let alone: FunctionServer;

before(async () => {
  const source = join(import.meta.dirname, 'without-listener.ts');
  [bare, front, alone] = await Promise.all([
    startBarePredict(),
    startServer('predict'),
    startServer('predict', { source }),
  ]);
});

after(() => Promise.all([bare.stop(), front.stop(), alone.stop()]));

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

for (const [title, rows] of [
  ['is served', ALLOWED],
  ['is refused', REFUSED],
] as const) {
  describe('a request with', () => {
    for (const row of rows) {
      it(`${row.why} ${title}`, async () => {
        const { statuses, alone: aloneStatuses = statuses } = row;
        check(row, await tell(bare.url, row, statuses.length), 'bare');
        check(row, await tell(front.url, row, statuses.length), 'in front');
        assert.equal((await fetch(`${front.url}/health`)).status, 200);
        if (aloneStatuses === 'varies') return;
        const without = await tell(
          alone.url,
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
