import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import {
  decodeTopicLine,
  encodeTopicLine,
  isTopicName,
  MAX_TOPIC_LINE_BYTES,
  type ReadTopicOptions,
  readMessageAt,
  readTopic,
  type SkippedLine,
  type TopicLine,
  type TopicMessage,
} from '../../src/adapters/local/topic-file.ts';

const message = (text: string, extra: Partial<TopicMessage> = {}): TopicMessage => ({
  messageId: `id-${text}`.slice(0, 20),
  publishTime: '2026-01-02T03:04:05.006Z',
  attributes: {},
  data: Buffer.from(text),
  ...extra,
});

describe('topic line', () => {
  it('comes back as it was, whatever the bytes, attributes and key', () => {
    const record = fc.record({
      messageId: fc.string({ minLength: 1 }),
      publishTime: fc.constant('2026-01-02T03:04:05.006Z'),
      attributes: fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })),
      data: fc.oneof(
        fc.uint8Array(),
        fc.string({ unit: 'binary' }).map((text) => new Uint8Array(Buffer.from(text))),
      ),
    });
    const withKey = fc.tuple(record, fc.option(fc.string({ unit: 'binary' }), { nil: undefined }));
    fc.assert(
      fc.property(withKey, ([fields, orderingKey]) => {
        const original: TopicMessage = { ...fields, ...(orderingKey !== undefined && { orderingKey }) };
        const line = encodeTopicLine(original);
        assert.equal(line.indexOf('\n'), line.length - 1);
        const decoded = decodeTopicLine(line.subarray(0, -1));
        assert.deepEqual([...(decoded?.data ?? [])], [...original.data]);
        assert.deepEqual(
          { ...decoded, attributes: Object.entries(decoded?.attributes ?? {}), data: undefined },
          { ...original, attributes: Object.entries(original.attributes), data: undefined },
        );
      }),
    );
  });

  it('shows text as text and other bytes as base64', () => {
    assert.match(encodeTopicLine(message('\ufeffaño')).toString(), /"data":"\ufeffaño"}\n$/);
    assert.match(
      encodeTopicLine(message('', { data: Uint8Array.of(0xff, 0) })).toString(),
      /"data_base64":"\/wA="}\n$/,
    );
  });

  const complete = '{"messageId":"a","publishTime":"t","attributes":{},"data":"x"}';
  const refused: readonly (readonly [string, string | Uint8Array])[] = [
    ['nothing', ''],
    ['half a line', complete.slice(0, -5)],
    ['an array', '[]'],
    ['null', 'null'],
    ['no id', complete.replace('"messageId":"a",', '')],
    ['an empty id', complete.replace('"a"', '""')],
    ['no time', complete.replace('"publishTime":"t",', '')],
    ['no data', complete.replace(',"data":"x"', '')],
    ['a number as an attribute', complete.replace('{}', '{"a":1}')],
    ['a number as ordering key', complete.replace('"data"', '"orderingKey":1,"data"')],
    ['bytes that are not UTF-8', Buffer.concat([Buffer.from(complete), Buffer.of(0xff)])],
  ];
  it('is taken when it is complete', () => {
    assert.equal(decodeTopicLine(Buffer.from(complete))?.messageId, 'a');
  });
  for (const [what, line] of refused) {
    it(`is refused with ${what}`, () => {
      assert.equal(decodeTopicLine(Buffer.from(line)), undefined);
    });
  }
});

describe('topic name', () => {
  for (const [name, allowed] of [
    ['predictions', true],
    ['a.b_c~d+e%f-9', true],
    [`a${'b'.repeat(254)}`, true],
    [`a${'b'.repeat(255)}`, false],
    ['ab', false],
    ['-abc', false],
    ['a/bc', false],
    ['abc\n', false],
  ] as const) {
    it(`${allowed ? 'allows' : 'refuses'} ${JSON.stringify(name.slice(0, 20))}`, () => {
      assert.equal(isTopicName(name), allowed);
    });
  }
});

describe('topic reader', () => {
  let folder: string;
  let path: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'topic-file-'));
    path = join(folder, 'topic.ndjson');
  });
  after(() => rm(folder, { recursive: true }));

  async function read(options: ReadTopicOptions = {}) {
    const skipped: SkippedLine[] = [];
    const lines: TopicLine[] = [];
    const onSkipped = (line: SkippedLine) => skipped.push(line);
    for await (const line of readTopic(path, { ...options, onSkipped })) lines.push(line);
    return { lines, skipped, texts: lines.map((line) => Buffer.from(line.message.data).toString()) };
  }

  it('takes a file that is not there for an empty one', async () => {
    assert.deepEqual((await read()).lines, []);
  });

  it('gives each line its offsets, and reads on from any of them', async () => {
    const texts = ['one', 'dos', '三', '', 'x'.repeat(700_000), 'last'];
    const encoded = texts.map((text) => encodeTopicLine(message(text)));
    await writeFile(path, Buffer.concat(encoded));
    const { lines } = await read();
    let offset = 0;
    for (const [index, bytes] of encoded.entries()) {
      assert.equal(lines[index]?.offset, offset);
      assert.equal(lines[index]?.nextOffset, offset + bytes.length);
      assert.deepEqual((await read({ from: offset })).texts, texts.slice(index));
      assert.equal(Buffer.from((await readMessageAt(path, offset))?.data ?? []).toString(), texts[index]);
      offset += bytes.length;
    }
    assert.equal(await readMessageAt(path, offset), undefined);
  });

  it('holds a line back until its line end is there', async () => {
    const line = encodeTopicLine(message('whole'));
    await writeFile(path, line.subarray(0, -1));
    assert.deepEqual((await read()).texts, []);
    await appendFile(path, '\n');
    assert.deepEqual((await read()).texts, ['whole']);
  });

  it('passes over blank lines silently and over broken ones with a report', async () => {
    const line = encodeTopicLine(message('good')).toString();
    await writeFile(path, `${line}\n\r\n  \n{"torn":\n${line}`);
    const { texts, skipped } = await read();
    assert.deepEqual(texts, ['good', 'good']);
    assert.deepEqual(
      skipped.map(({ offset, nextOffset }) => nextOffset - offset),
      ['{"torn":\n'.length],
    );
  });

  it('finds a message that was appended to a torn line, wherever it was torn', async () => {
    const torn = encodeTopicLine(
      message('torn {"messageId":"', { attributes: { messageId: 'é', k: 'v' }, orderingKey: 'a' }),
    );
    const good = encodeTopicLine(message('good'));
    for (let length = 1; length < torn.length; length += 1) {
      await writeFile(path, Buffer.concat([torn.subarray(0, length), good, good]));
      const { lines, texts, skipped } = await read();
      assert.deepEqual(texts, ['good', 'good'], `torn after ${length} bytes`);
      assert.equal(skipped.length, 1);
      assert.equal(lines[0]?.offset, length);
      assert.equal((await readMessageAt(path, length))?.messageId, 'id-good');
    }
  });

  it('reads a line of 20 MB and passes over a longer one', async () => {
    const overhead = encodeTopicLine(message('')).length - 1;
    const longest = message('x'.repeat(MAX_TOPIC_LINE_BYTES - overhead), { messageId: 'id-' });
    const line = encodeTopicLine(longest).toString();
    await writeFile(path, line.replace('"xx', '"xxx'));
    await appendFile(path, line);
    await appendFile(path, encodeTopicLine(message('after')));
    const { lines, skipped } = await read();
    assert.deepEqual(
      lines.map(({ message: { data } }) => data.byteLength),
      [MAX_TOPIC_LINE_BYTES - overhead, 5],
    );
    assert.equal(skipped.length, 1);
  });

  it('ends with the reason of its signal', async () => {
    await writeFile(path, encodeTopicLine(message('x')));
    await assert.rejects(read({ signal: AbortSignal.abort(new Error('enough')) }), /enough/);
  });
});
