// The tables of the documents and the code say the same, both ways.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STATUS } from '../../functions/http/status.ts';
import { OPTIONS, readConfig } from '../../src/config.ts';
import { ERROR_CODES } from '../../src/errors.ts';
import { rowsOf } from './tables.ts';

test('docs/errors.md lists every code with whose it is and its HTTP status, and no other', () => {
  const documented = rowsOf('errors.md').map(([code, whose, status]) => [code, whose, status]);
  const codes = Object.entries(ERROR_CODES).map(([code, { retryable }]) => [
    code,
    retryable ? 'ours' : "caller's",
    String(STATUS[code as keyof typeof STATUS]),
  ]);
  assert.deepEqual(documented, codes);
});

test('docs/configuration.md is the table of options', () => {
  const documented = rowsOf('configuration.md');
  const options = Object.values(OPTIONS).map(({ variable, default: text, doc }) => [variable, text, doc]);
  assert.deepEqual(
    documented.map(([variable, text, doc]) => [variable, text, doc]),
    options,
  );
});

test('a configuration without variables is all defaults, and an empty variable counts as none', () => {
  const empty = Object.fromEntries(Object.values(OPTIONS).map(({ variable }) => [variable, '']));
  assert.deepEqual(readConfig(empty), readConfig({}));
  assert.equal(readConfig({}).messageOrdering, false);
});

for (const [value, expected] of [
  ['models/flight-delay/', 'models/flight-delay'],
  ['/', '/'],
  ['gs://bucket', 'gs://bucket'],
  ['gs://bucket/', 'gs://bucket'],
  ['gs://my-bucket.example/a b/c#1//', 'gs://my-bucket.example/a b/c#1'],
] as const) {
  test(`the folder ${value} is ${expected}`, () => {
    const { modelUri, outputUri } = readConfig({ MODEL_URI: value, OUTPUT_URI: value });
    assert.deepEqual([modelUri, outputUri], [expected, expected]);
  });
}

for (const [variable, value] of [
  ['MODEL_URI', 'https://example.com/model'],
  ['MODEL_URI', 'gs://'],
  ['MODEL_URI', 'gs://Bucket/model'],
  ['MODEL_REFRESH_SECONDS', '-1'],
  ['MODEL_REFRESH_SECONDS', '1.5'],
  ['MODEL_MAX_BYTES', '0'],
  ['MODEL_MAX_BYTES', '1 GiB'],
  ['OUTPUT_URI', 's3://bucket'],
  ['OUTPUT_URI', 'gs:/bucket'],
  ['STORAGE_EMULATOR_HOST', 'http://localhost:9000/path'],
  ['FEATURES_TOPIC', 'x'],
  ['MESSAGE_ORDERING', 'yes'],
  ['LOG_LEVEL', 'loud'],
  ['REQUEST_LOG_RATIO', '1.5'],
] as const) {
  test(`${variable}=${value} stops the start with its name`, () => {
    assert.throws(() => readConfig({ [variable]: value }), {
      code: 'INVALID_CONFIG',
      message: new RegExp(`^${variable} is "${value}": expected `),
    });
  });
}
