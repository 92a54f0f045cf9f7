// What is compressed is inflated as it streams by; what is damaged is never a result.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { toPlainBytes } from '../../src/batch/plain-bytes.ts';
import { refuseOtherFormats } from '../../src/decode/csv/other-format.ts';

/** The bytes in pieces, each of which is overwritten once the next one is asked for. */
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const piece = Buffer.alloc(size);
  for (let start = 0; start < bytes.length; start += size) {
    const part = bytes.subarray(start, start + size);
    piece.set(part);
    yield piece.subarray(0, part.length);
    piece.fill('!');
  }
}

async function read(bytes: Uint8Array, size = 1000): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of toPlainBytes(pieces(bytes, size))) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

const TEXT = Buffer.from('a,b\n1,2\n'.repeat(100_000));

describe('the bytes of a document', () => {
  for (const size of [1, 7, 65_536, 2_000_000]) {
    it(`come as they are, or inflated, in pieces of ${size}`, async () => {
      const text = size === 1 ? TEXT.subarray(0, 5000) : TEXT;
      assert.ok((await read(text, size)).equals(text));
      assert.ok((await read(gzipSync(text), size)).equals(text));
    });

    it(`are those of every member of the gzip, in pieces of ${size}`, async () => {
      const members = [Buffer.from('a\n'), Buffer.alloc(0), Buffer.from('1\n'), Buffer.from('2\n')];
      const bytes = Buffer.concat(members.map((member) => gzipSync(member)));
      assert.equal((await read(bytes, size)).toString(), 'a\n1\n2\n');
      assert.equal((await read(Buffer.concat([bytes, Buffer.alloc(5000)]), size)).toString(), 'a\n1\n2\n');
    });

    for (const [why, damage] of [
      ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 5)],
      ['cut in its header', (bytes: Buffer) => bytes.subarray(0, 5)],
      ['changed in the middle', (bytes: Buffer) => Buffer.from(bytes).fill(0xff, 60, 70)],
      ['followed by text', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('more')])],
      ['followed by zeros and text', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('\0\0\0more')])],
      [
        'of a wrong sum',
        (bytes: Buffer) => Buffer.from(bytes).fill(0x33, bytes.length - 8, bytes.length - 4),
      ],
    ] as const) {
      it(`that are gzip ${why} are refused, in pieces of ${size}`, async () => {
        const bytes = damage(
          gzipSync(Buffer.from('a,b,c\n1,2,3\n4,5,6\nseven,eight,nine and ten to be long\n')),
        );
        await assert.rejects(read(bytes, size), { code: 'INVALID_COMPRESSION' });
      });
    }
  }

  it('are nothing where there is nothing, and one byte is one byte', async () => {
    assert.equal((await read(Buffer.alloc(0))).length, 0);
    assert.equal((await read(Buffer.from('\x1f'))).toString('latin1'), '\x1f');
  });

  it('fail as their source does, compressed or not', async () => {
    for (const bytes of [TEXT, gzipSync(TEXT)]) {
      const source = async function* (): AsyncGenerator<Uint8Array> {
        yield bytes.subarray(0, 300);
        throw new Error('the line is cut');
      };
      await assert.rejects(
        async () => {
          for await (const _ of toPlainBytes(source()));
        },
        { message: 'the line is cut' },
      );
    }
  });

  it('let go of their source when nobody wants more', async () => {
    for (const bytes of [TEXT, gzipSync(TEXT)]) {
      let isClosed = false;
      const source = async function* (): AsyncGenerator<Uint8Array> {
        try {
          for (;;) yield bytes.subarray(0, 300);
        } finally {
          isClosed = true;
        }
      };
      for await (const _ of toPlainBytes(source())) break;
      assert.ok(isClosed);
    }
  });

  it('that grow without end are refused once they are more than a table can be', async () => {
    const member = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const source = async function* (): AsyncGenerator<Uint8Array> {
      for (let count = 0; count < 40; count += 1) yield member;
    };
    let size = 0;
    const drain = async (): Promise<void> => {
      for await (const chunk of toPlainBytes(source())) size += chunk.length;
    };
    await assert.rejects(drain(), { code: 'INPUT_TOO_LARGE' });
    assert.ok(size < 2 ** 30 + 2 ** 20);
  });
});

describe('what is no CSV', () => {
  for (const [begin, named] of [
    [Buffer.from('PK\x03\x04\x14\0', 'latin1'), /zip archive, as Excel/],
    [Buffer.from('PAR1\x15\x04', 'latin1'), /Parquet/],
    [Buffer.from('\n <!DOCTYPE html><html>'), /web page/],
    [Buffer.from('\ufeff<html lang="es">'), /web page/],
    [Buffer.from('[{"a": 1}]'), /JSON/],
    [Buffer.from('{"instances": []}'), /JSON/],
    [gzipSync('a,b\n'), /gzip/],
    [Buffer.from('SQLite format 3\0'), /SQLite/],
  ] as const) {
    it(`is named as ${named.source}`, () => {
      assert.throws(() => refuseOtherFormats(begin), { code: 'NOT_CSV', message: named });
    });
  }

  for (const header of ['PAR1,PAR2\n', 'ORCHARD,x\n', 'ARROW1\n', 'PK,b\n', 'BZh1,b\n', '<5,>5\n', 'a', '']) {
    it(`is not ${JSON.stringify(header)}`, () => {
      refuseOtherFormats(Buffer.from(header));
    });
  }
});
