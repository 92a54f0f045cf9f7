// Outputs of a slice: some at a time, in their order, made when their turn comes.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { OutgoingMessage } from '../../src/ports/publisher.ts';
import { publishBounded } from '../../src/stream/publish-bounded.ts';

const PART = 256 * 1024; // four of them are published at once
const { signal } = new AbortController();

it('messages that are large together are made and published some at a time, in order', async () => {
  let made = 0;
  const groups: (readonly number[])[] = [];
  function* messages(): Generator<OutgoingMessage, void> {
    for (const place of [0, 1, 2, 3, 4]) {
      made += 1;
      yield { data: Buffer.alloc(place === 3 ? 9 * PART : PART, place), attributes: { a: 'x'.repeat(PART) } };
    }
  }
  await publishBounded(
    {
      async publish(topic, group) {
        assert.equal(topic, 'topic');
        assert.equal(made, groups.flat().length + group.length, 'no further one was made');
        groups.push(group.map(({ data }) => data[0] ?? -1));
        return [];
      },
      close: async () => undefined,
    },
    'topic',
    messages(),
    signal,
  );
  assert.deepEqual(groups, [[0, 1], [2, 3], [4]]);
});
