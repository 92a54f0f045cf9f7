import assert from 'node:assert/strict';
import { test } from 'node:test';
import { combineCrc32c, createCrc32c } from '../../src/crc32c.ts';

function crc32cOf(...chunks: readonly Uint8Array[]): string {
  const crc32c = createCrc32c();
  for (const chunk of chunks) crc32c.update(chunk);
  return Buffer.from(crc32c.digest(), 'base64').toString('hex');
}

const ascending = Buffer.from(Array.from({ length: 32 }, (_, index) => index));

/** RFC 3720 prints the checksums of B.4 in the order of the wire, least significant byte first. */
const vectors: readonly [string, Uint8Array, string][] = [
  ['nothing', Buffer.alloc(0), '00000000'],
  ['one byte', Buffer.from('a'), 'c1d04330'],
  ['the check value', Buffer.from('123456789'), 'e3069283'],
  ['RFC 3720 B.4, 32 bytes of zeroes', Buffer.alloc(32), '8a9136aa'],
  ['RFC 3720 B.4, 32 bytes of ones', Buffer.alloc(32, 0xff), '62a8ab43'],
  ['RFC 3720 B.4, 32 ascending bytes', ascending, '46dd794e'],
  ['RFC 3720 B.4, 32 descending bytes', Buffer.from(ascending).reverse(), '113fdb5c'],
  [
    'RFC 3720 B.4, an iSCSI read command',
    Buffer.from(
      `01c00000${'00'.repeat(12)}14000000000004000000001400000018280000000000000002000000${'00'.repeat(4)}`,
      'hex',
    ),
    'd9963a56',
  ],
];

for (const [name, bytes, expected] of vectors) {
  test(`crc32c of ${name}`, () => {
    assert.equal(crc32cOf(bytes), expected);
  });
}

test('crc32c is the same however the bytes are cut', () => {
  const bytes = Buffer.from(Array.from({ length: 100 }, (_, index) => (index * 167) % 256));
  const whole = crc32cOf(bytes);
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    assert.equal(crc32cOf(bytes.subarray(0, cut), bytes.subarray(cut)), whole, `cut at ${cut}`);
  }
});

test('crc32c of long input is that of the definition, bit by bit', () => {
  const bytes = Buffer.from(Array.from({ length: 1003 }, (_, index) => (index * index * 31 + 7) % 256));
  for (const length of [15, 16, 17, 31, 33, 255, 1003]) {
    let crc = 0xffffffff;
    for (const byte of bytes.subarray(0, length)) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    }
    const expected = (~crc >>> 0).toString(16).padStart(8, '0');
    assert.equal(crc32cOf(bytes.subarray(0, length)), expected, `${length} bytes`);
  }
});

test('a digest in between does not disturb what follows', () => {
  const crc32c = createCrc32c();
  crc32c.update(Buffer.from('12345'));
  crc32c.digest();
  crc32c.update(Buffer.from('6789'));
  assert.equal(crc32c.digest(), '4waSgw==');
});

test('combined checksums are that of the bytes one after the other', () => {
  const bytes = Buffer.from(Array.from({ length: 3000 }, (_, index) => (index * index * 31 + 7) % 256));
  const whole = crcOf(bytes);
  for (const cut of [0, 1, 2, 3, 4, 7, 8, 255, 256, 257, 1024, 2047, 2999, 3000]) {
    const [first, second] = [bytes.subarray(0, cut), bytes.subarray(cut)];
    assert.equal(combineCrc32c(crcOf(first), crcOf(second), second.length), whole, `cut at ${cut}`);
  }
});

test('checksums combine in any grouping, also of lengths beyond 32 bits', () => {
  const zeros = (doublings: number): string => {
    let crc = crcOf(Buffer.alloc(1024));
    for (let n = 0; n < doublings; n += 1) crc = combineCrc32c(crc, crc, 1024 * 2 ** n);
    return crc;
  };
  assert.equal(zeros(4), crcOf(Buffer.alloc(16 * 1024)));
  const [small, large] = [zeros(3), zeros(32)];
  const [a, b] = [1024 * 2 ** 3, 1024 * 2 ** 32];
  const left = combineCrc32c(combineCrc32c(small, large, b), small, a);
  const right = combineCrc32c(small, combineCrc32c(large, small, a), a + b);
  assert.equal(left, right);
});

test('the checksums of 16,384 parts combine one by one as they do by halves', () => {
  const size = 64 * 1024 * 1024 - 1;
  const part = crcOf(Buffer.from('a part'));
  let oneByOne = crcOf(Buffer.alloc(0));
  for (let count = 0; count < 16_384; count += 1) oneByOne = combineCrc32c(oneByOne, part, size);
  let byHalves = part;
  for (let count = 1; count < 16_384; count *= 2) byHalves = combineCrc32c(byHalves, byHalves, size * count);
  assert.equal(oneByOne, byHalves);
});

function crcOf(bytes: Uint8Array): string {
  const crc32c = createCrc32c();
  crc32c.update(bytes);
  return crc32c.digest();
}
