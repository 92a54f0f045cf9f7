// What every answer of the prediction function must be, whatever was asked.
import assert from 'node:assert/strict';
import { STATUS } from '../../functions/http/status.ts';
import type { RawAnswer } from '../integration/raw-http.ts';

const DOCUMENTED: ReadonlySet<number> = new Set([
  ...[100, 200, 204],
  ...Object.values(STATUS).filter((status) => status < 500),
]);

/** Holds an answer against what is documented: its status, and a body that is what its type says. */
export function checkAnswer({ status, headers, body }: RawAnswer, isHead = false): void {
  assert.ok(DOCUMENTED.has(status), `status ${status}`);
  if (status === 100 || status === 204 || isHead) return;
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  if (body === '') {
    // what the framework answers, and the request without Host
    assert.ok((status === 404 || status === 400) && type === '', 'an empty body');
    return;
  }
  if (status !== 200) {
    assert.equal(type, 'application/json');
    checkError(status, JSON.parse(body));
    return;
  }
  switch (type) {
    case 'application/json':
      JSON.parse(body);
      return;
    case 'application/x-ndjson':
      assert.ok(body.endsWith('\n'));
      for (const line of body.split('\n').slice(0, -1)) JSON.parse(line);
      return;
    case 'text/csv':
      assert.match(body, /label/);
      return;
    case 'text/plain': // figures of the instance
      assert.match(body, /^# /);
      return;
    case 'text/html': // the page
      assert.match(body, /^<!doctype html>/i);
      return;
    default:
      assert.fail(`the type ${type}`);
  }
}

function checkError(status: number, value: unknown): void {
  const { error, code, error_message: message } = value as Readonly<Record<string, unknown>>;
  assert.equal(typeof (message ?? error), 'string');
  if (code !== undefined) assert.equal(STATUS[code as keyof typeof STATUS], status);
}
