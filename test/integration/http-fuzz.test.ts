// Random requests at the prediction function: every answer is a documented one, and nothing a body holds breaks a decoder.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toBodyKind } from '../../functions/http/content-type.ts';
import { decompress } from '../../functions/http/decompress.ts';
import { decodeForm } from '../../src/decode/form.ts';
import { decodeInstances } from '../../src/decode/json.ts';
import { decodeNdjson } from '../../src/decode/ndjson.ts';
import { decodeUtf8 } from '../../src/decode/text.ts';
import { ScorerError } from '../../src/errors.ts';
import { fuzzHttp } from '../fuzz/http.ts';
import { startServer } from './function-server.ts';

test('10,000 random requests get documented answers and leave no trace in the log', async (context) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  context.diagnostic(`seeds from ${seed} on`);
  const server = await startServer('predict');
  try {
    const { answers } = await fuzzHttp(server, 10_000, seed);
    for (const status of [200, 204, 400, 404, 405, 415]) {
      assert.ok((answers.get(status) ?? 0) > 10, `${status} was hardly tried: ${answers.get(status)}`);
    }
  } finally {
    await server.stop();
  }
});

/** Bytes that look like what a decoder takes, more or less. */
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.json().map((text) => Buffer.from(text)),
  fc.array(fc.json(), { maxLength: 5 }).map((lines) => Buffer.from(lines.join('\n'))),
  fc.webQueryParameters().map((text) => Buffer.from(`x=${text}`)),
  fc
    .string({ unit: fc.constantFrom(...'{}[]",:\\u0x1e-+.=&% \n\ré\ud800'), maxLength: 100 })
    .map((text) => Buffer.from(text)),
);

for (const [decoder, decode] of [
  ['a form', (body) => decodeForm(decodeUtf8(body, 'The body'))],
  ['JSON', (body) => decodeInstances(decodeUtf8(body, 'The body'), 'The body')],
  ['NDJSON', (body) => [...decodeNdjson(body)]],
  ['a body without a type', (body) => toBodyKind(undefined, body)],
  ['a form or not', (body) => toBodyKind('application/x-www-form-urlencoded', body)],
  ['gzip', (body) => decompress(body, 'gzip')],
  ['br', (body) => decompress(body, 'br')],
  ['deflate', (body) => decompress(body, 'deflate')],
] as const satisfies readonly (readonly [string, (body: Uint8Array) => unknown])[]) {
  test(`any bytes as ${decoder} give a value or an error with a code that is the caller's`, async () => {
    await fc.assert(
      fc.asyncProperty(bytes, async (body) => {
        try {
          await decode(body);
        } catch (error) {
          assert.ok(error instanceof ScorerError, String(error));
          assert.equal(error.retryable, false, error.code);
        }
      }),
      { numRuns: 1000 },
    );
  });
}
