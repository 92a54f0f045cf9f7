import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { findFormat } from '../../cli/publish-format.ts';
import { type RowMessage, type RowOptions, toRowMessages } from '../../cli/publish-rows.ts';
import { createCsvReader } from '../../src/decode/csv/reader.ts';

const defaults: RowOptions = { name: 'x', format: 'csv', rowsPerMessage: 1, fromRow: 0, attributes: {} };

/** Cuts bytes into chunks of given sizes, again and again. */
async function* cut(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let turn = 0;
  for (let start = 0; start < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? bytes.length;
    yield bytes.subarray(start, start + size);
    start += size;
  }
}

async function messagesOf(
  content: string | Buffer,
  options: Partial<RowOptions> = {},
  sizes: readonly number[] = [7],
): Promise<RowMessage[]> {
  const out: RowMessage[] = [];
  for await (const message of toRowMessages(cut(Buffer.from(content), sizes), { ...defaults, ...options })) {
    out.push(message);
  }
  return out;
}

const texts = (messages: readonly RowMessage[]): string[] =>
  messages.map(({ data }) => Buffer.from(data).toString('latin1'));

/** The records of a CSV document, read in one piece. */
function recordsOf(bytes: Uint8Array): string[] {
  const reader = createCsvReader();
  const records = [...reader.push(bytes), ...reader.end()];
  return records.map(({ raw, problem }) => `${problem?.code ?? 'ok'} ${Buffer.from(raw).toString('latin1')}`);
}

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
const rowsPerMessage = fc.integer({ min: 1, max: 4 });

describe('rows of CSV', () => {
  it('come out of the messages as they are in the file, however it is cut, each bad one alone', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', ' ', '"', ',', '\n', '\r', ';', '1', '\0') });
    const document = fc.tuple(fc.constantFrom('\n', '\r\n', '\r'), fc.array(text, { maxLength: 8 }));
    await fc.assert(
      fc.asyncProperty(document, sizes, rowsPerMessage, async ([newline, parts], cuts, rows) => {
        const bytes = Buffer.from(`h1,h2${newline}${parts.join(newline)}`);
        const messages = await messagesOf(bytes, { rowsPerMessage: rows }, cuts);
        assert.deepEqual(
          messages.flatMap(({ data }) => recordsOf(data)),
          recordsOf(bytes),
        );
        for (const message of messages) {
          assert.equal(recordsOf(message.data).length, message.rows);
          assert.ok(message.rows <= rows && (message.badRows === 0 || message.rows === 1));
          assert.deepEqual(message.attributes, { 'content-type': 'text/csv' });
        }
        assert.equal(messages.at(-1)?.nextRow ?? 0, recordsOf(bytes).length);
      }),
      { numRuns: 500 },
    );
  });

  it('stand below the header line, several in a message where that is asked', async () => {
    const file = 'a,b\r\n1,"x\ny"\r\n\r\n2,z\r\n3,w';
    assert.deepEqual(texts(await messagesOf(file, { rowsPerMessage: 2 })), [
      'a,b\r\n1,"x\ny"\r\n2,z',
      'a,b\r\n3,w',
    ]);
    assert.deepEqual(texts(await messagesOf(file, { fromRow: 2 })), ['a,b\r\n3,w']);
  });

  it('keep the delimiter that the file names where none would guess it', async () => {
    assert.deepEqual(texts(await messagesOf('sep=;\na,b;c,d\n1;2\n')), ['sep=;\na,b;c,d\n1;2']);
    assert.deepEqual(texts(await messagesOf('sep=;\na;b\n1;2\n')), ['a;b\n1;2']);
  });

  it('go alone when their quotes are malformed', async () => {
    const messages = await messagesOf('a,b\n1,2\n"x"y,2\n3,4\n5,6', { rowsPerMessage: 9 });
    assert.deepEqual(
      messages.map(({ rows, badRows, nextRow }) => [rows, badRows, nextRow]),
      [
        [1, 0, 1],
        [1, 1, 2],
        [2, 0, 4],
      ],
    );
    assert.equal(texts(messages)[1], 'a,b\n"x"y,2');
  });

  it('are refused with their place when not all of their bytes are known, once those before are out', async () => {
    const file = `a,b\n1,2\n"${'x'.repeat(70_000)}\n3,4\n`;
    const seen: RowMessage[] = [];
    const read = async (): Promise<void> => {
      const chunks = cut(Buffer.from(file), [10_000]);
      for await (const message of toRowMessages(chunks, { ...defaults, rowsPerMessage: 9 }))
        seen.push(message);
    };
    await assert.rejects(read, { code: 'USAGE', message: /^x, line 3 \(row 1\): expected a closing quote/ });
    assert.deepEqual(texts(seen), ['a,b\n1,2']);
    assert.deepEqual(texts(await messagesOf(file, { fromRow: 2 }, [10_000])), ['a,b\n3,4']);
  });

  it('are none in a file with a header alone; a file without one is refused', async () => {
    assert.deepEqual(await messagesOf('a,b\n'), []);
    await assert.rejects(messagesOf(''), { code: 'EMPTY_FILE' });
  });
});

describe('rows of NDJSON', () => {
  it('come out of the messages byte for byte, however the file is cut', async () => {
    const line = fc
      .array(fc.constantFrom('a', '\u2028', '\u2029', '\u0085', 'é', ' ', '\r', '{', '\xff'), {
        maxLength: 6,
      })
      .map((parts) =>
        Buffer.concat(parts.map((part) => Buffer.from(part, part === '\xff' ? 'latin1' : 'utf8'))),
      )
      .filter((bytes) => bytes.at(-1) !== 0x0d);
    await fc.assert(
      fc.asyncProperty(
        fc.array(line),
        sizes,
        rowsPerMessage,
        fc.nat(5),
        async (lines, cuts, rows, fromRow) => {
          const wanted = lines
            .filter((bytes) => bytes.toString().trim() !== '')
            .map((bytes) => bytes.toString('latin1'));
          fc.pre(fromRow <= wanted.length);
          const file = Buffer.concat(lines.flatMap((bytes) => [bytes, Buffer.from('\n')]));
          const messages = await messagesOf(file, { format: 'ndjson', rowsPerMessage: rows, fromRow }, cuts);
          assert.deepEqual(
            messages.flatMap(({ data }) => Buffer.from(data).toString('latin1').split('\n')),
            wanted.slice(fromRow),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('tell what they are where a message holds several', async () => {
    const [one] = await messagesOf('{"a":1}\r\n', { format: 'ndjson', attributes: { day: '7' } });
    assert.deepEqual(one?.attributes, { day: '7' });
    const several = await messagesOf('\ufeff1\n2\n3', {
      format: 'ndjson',
      rowsPerMessage: 2,
      orderingKey: 'k',
    });
    assert.deepEqual(texts(several), ['1\n2', '3']);
    for (const { attributes, orderingKey } of several) {
      assert.deepEqual(attributes, { 'content-type': 'application/x-ndjson' });
      assert.equal(orderingKey, 'k');
    }
  });

  it('go alone when they are no UTF-8: such a message fails as a whole', async () => {
    const messages = await messagesOf(Buffer.from('1\n\xff\n3\n4', 'latin1'), {
      format: 'ndjson',
      rowsPerMessage: 9,
    });
    assert.deepEqual(texts(messages), ['1', '\xff', '3\n4']);
    assert.deepEqual(
      messages.map(({ badRows }) => badRows),
      [0, 1, 0],
    );
  });

  it('never make a message pass 10,000,000 bytes with its attributes', async () => {
    const line = 'x'.repeat(3_333_300);
    const attributes = { key: 'v'.repeat(63) };
    const options = { format: 'ndjson', rowsPerMessage: 9, attributes } as const;
    const messages = await messagesOf(`${line}\n${line}\n${line}\n1`, options, [65_536]);
    assert.deepEqual(
      messages.map(({ rows, bytes, data }) => [rows, bytes, data.length]),
      [
        [3, 10_000_000, 9_999_902],
        [1, 1 + 98, 1],
      ],
    );
  });

  it('are refused with their place when larger, and can be left out', async () => {
    const file = `1\n${'x'.repeat(10_300_000)}\n3`;
    await assert.rejects(messagesOf(file, { format: 'ndjson' }, [65_536]), {
      code: 'USAGE',
      message: /^x, line 2 \(row 1\): expected at most 10000000 bytes/,
    });
    assert.deepEqual(texts(await messagesOf(file, { format: 'ndjson', fromRow: 2 }, [65_536])), ['3']);
  });

  it('are refused when the file ends before the first that is wanted', async () => {
    assert.deepEqual(await messagesOf('1\n2\n', { format: 'ndjson', fromRow: 2 }), []);
    await assert.rejects(messagesOf('1\n2\n', { format: 'ndjson', fromRow: 3 }), {
      message: 'x has no row 3: it has 2, and they are counted from 0.',
    });
  });
});

describe('a JSON document', () => {
  it('is one message as it is, refused when empty or too large', async () => {
    const file = '{\n"instances":[]}\n';
    assert.deepEqual(texts(await messagesOf(file, { format: 'json' })), [file]);
    await assert.rejects(messagesOf('', { format: 'json' }), { code: 'USAGE', message: /is empty/ });
    await assert.rejects(messagesOf(Buffer.alloc(10_000_001, 0x20), { format: 'json' }, [65_536]), {
      code: 'USAGE',
    });
  });
});

describe('the format of standard input', () => {
  for (const [text, expected] of [
    ['a,b\n1,2\n', 'csv'],
    ['', 'csv'],
    [' \n ', 'csv'],
    ['{"a":1}\n{"a":2}\n', 'ndjson'],
    ['\ufeff\n [1,2]\r\n[3,4]', 'ndjson'],
    ['{"a":1}', 'ndjson'],
    ['{\n"a":1}\n', 'json'],
    ['[1,\n2]', 'json'],
  ] as const) {
    it(`of ${JSON.stringify(text)} is ${expected}, and no byte is lost`, async () => {
      for (const size of [1, 3, 100]) {
        const { format, chunks } = await findFormat(cut(Buffer.from(text), [size]));
        assert.equal(format, expected);
        const read: Uint8Array[] = [];
        for await (const chunk of chunks) read.push(chunk);
        assert.equal(Buffer.concat(read).toString(), text);
      }
    });
  }

  it('is not told of what is packed', async () => {
    await assert.rejects(findFormat(cut(Buffer.of(0x1f, 0x8b, 8), [3])), {
      code: 'USAGE',
      message: /gunzip/,
    });
  });
});
