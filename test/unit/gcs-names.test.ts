import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseObjectUri, parsePrefixUri, toObjectUri } from '../../src/adapters/gcs/object-name.ts';

describe('names in Cloud Storage', () => {
  for (const [uri, bucket, name] of [
    ['gs://b-1.x_y/a.csv', 'b-1.x_y', 'a.csv'],
    ['gs://bucket/a/b//c.csv', 'bucket', 'a/b//c.csv'],
    ['gs://bucket//a', 'bucket', '/a'],
    ['gs://bucket/folder/', 'bucket', 'folder/'],
    ['gs://bucket/a b%20#1?x=y&z.csv', 'bucket', 'a b%20#1?x=y&z.csv'],
    ['gs://bucket/ñ-日本語-🛫', 'bucket', 'ñ-日本語-🛫'],
    ['gs://bucket/a/../b', 'bucket', 'a/../b'],
    [`gs://bucket/${'x'.repeat(1024)}`, 'bucket', 'x'.repeat(1024)],
  ] as const) {
    it(`${uri.slice(0, 60)} is taken literally`, () => {
      assert.deepEqual(parseObjectUri(uri), { bucket, name });
      assert.equal(toObjectUri({ bucket, name }), uri);
    });
  }

  for (const [uri, says] of [
    ['/tmp/a.csv', /expected gs:\/\/bucket\/name/],
    ['file:///a.csv', /expected gs:\/\/bucket\/name/],
    ['GS://bucket/a', /expected gs:\/\/bucket\/name/],
    ['gs://', /No bucket is named ""/],
    ['gs://Bucket/a', /No bucket is named "Bucket"/],
    ['gs://b/a', /No bucket is named "b"/],
    ['gs://-bucket/a', /No bucket is named "-bucket"/],
    ['gs://bucket@evil.example/a', /No bucket is named/],
    ['gs://bucket', /can be named "": it is empty/],
    ['gs://bucket/', /can be named "": it is empty/],
    ['gs://bucket/..', /folder in every path/],
    ['gs://bucket/.', /folder in every path/],
    ['gs://bucket/a\nb', /line end/],
    ['gs://bucket/\ud800', /well-formed/],
    [`gs://bucket/${'é'.repeat(513)}`, /longer than 1024 bytes/],
    ['gs://bucket/.well-known/acme-challenge/x', /keeps it/],
  ] as const) {
    it(`${JSON.stringify(uri).slice(0, 60)} names no object`, () => {
      assert.throws(() => parseObjectUri(uri), { code: 'INVALID_MESSAGE', message: says });
    });
  }

  it('a prefix may be empty, its bucket may not', () => {
    assert.deepEqual(parsePrefixUri('gs://bucket'), { bucket: 'bucket', name: '' });
    assert.deepEqual(parsePrefixUri('gs://bucket/'), { bucket: 'bucket', name: '' });
    assert.deepEqual(parsePrefixUri('gs://bucket/a/'), { bucket: 'bucket', name: 'a/' });
    assert.throws(() => parsePrefixUri('gs://'), { code: 'INVALID_MESSAGE' });
  });
});
