import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { decompress } from '../../functions/http/decompress.ts';
import { MAX_BODY_BYTES } from '../../functions/request-body.ts';
import { mutate } from '../mutations.ts';

const BODY = Buffer.from('{"OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":7}'.repeat(20));

describe('a compressed body', () => {
  for (const [encoding, bytes] of [
    ['gzip', gzipSync(BODY)],
    ['GZIP', Buffer.concat([gzipSync(BODY.subarray(0, 9)), gzipSync(BODY.subarray(9))])],
    ['x-gzip', gzipSync(BODY)],
    ['br', brotliCompressSync(BODY)],
    ['deflate', deflateSync(BODY)],
    ['deflate', deflateSync(BODY, { level: 1 })],
    ['deflate', deflateRawSync(BODY)],
    ['deflate, gzip', gzipSync(deflateSync(BODY))],
    ['identity', BODY],
    ['', BODY],
    [undefined, BODY],
  ] as const) {
    it(`is inflated by ${JSON.stringify(encoding)}`, async () => {
      assert.deepEqual(Buffer.from(await decompress(bytes, encoding)), BODY);
    });
  }

  for (const encoding of ['compress', 'zstd', 'gzip, lzma', 'gzip,gzip,gzip,gzip']) {
    it(`of the coding ${encoding} is refused`, async () => {
      await assert.rejects(decompress(gzipSync(BODY), encoding), { code: 'UNSUPPORTED_MEDIA_TYPE' });
    });
  }

  for (const [encoding, compress] of [
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ] as const) {
    it(`of more than may be is refused: ${encoding}`, async () => {
      const fits = Buffer.alloc(MAX_BODY_BYTES);
      assert.equal((await decompress(compress(fits), encoding)).length, MAX_BODY_BYTES);
      await assert.rejects(decompress(compress(Buffer.alloc(MAX_BODY_BYTES + 1)), encoding), {
        code: 'BODY_TOO_LARGE',
      });
    });

    it(`that is cut or damaged gives an error and nothing else: ${encoding}`, async () => {
      const whole = compress(BODY);
      for (const bytes of [Buffer.alloc(0), whole.subarray(0, 5), whole.subarray(0, -3), BODY]) {
        await assert.rejects(decompress(bytes, encoding), { code: 'INVALID_COMPRESSION' });
      }
      for (let round = 0; round < 300; round += 1) {
        await decompress(mutate(whole, round), encoding).catch(({ code }) => {
          assert.match(code, /^(?:INVALID_COMPRESSION|BODY_TOO_LARGE)$/);
        });
      }
    });
  }
});
