// Messages that are sent again by hand keep their ids; and outputs that no topic takes.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type FunctionServer, startServer } from './function-server.ts';

const FLIGHT = '{"OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":7}';
const BAD = '{"OPERA":"nobody","TIPOVUELO":"I","MES":7}';

let server: FunctionServer;
before(async () => {
  server = await startServer('score');
});
after(() => server.stop());

describe('a message that is sent again', () => {
  it('gives the ids of the message that its rows first came with, and hands that on', async () => {
    const attributes = { 'replayed-from': 'first', 'replayed-row': '40' };
    const data = `${FLIGHT}\n${BAD}\n`;
    assert.equal(await server.push('/features', { id: 'again', data, attributes }), 204);
    const [prediction] = await server.topic('predictions');
    const fields = JSON.parse(Buffer.from(prediction?.data ?? []).toString());
    assert.deepEqual([fields.prediction_id, fields.message_id, fields.row], ['first/40', 'first', 40]);
    assert.deepEqual(prediction?.attributes, attributes);
    const [letter] = await server.topic('dead-letters');
    const { 'dead-letter-id': id, 'source-message-id': source, 'source-row': row } = letter?.attributes ?? {};
    assert.deepEqual([id, source, row], ['first/41', 'first', '41']);
    for (const [name, value] of Object.entries(attributes)) assert.equal(letter?.attributes[name], value);
  });

  for (const [row, id] of [
    [undefined, 'whole'],
    ['3', 'whole/3'],
    ['three', 'whole'],
  ] as const) {
    it(`and of which no row can be told apart gives ${id} for the row ${row}`, async () => {
      const before = (await server.topic('dead-letters')).length;
      const attributes = { 'replayed-from': 'whole', ...(row === undefined ? {} : { 'replayed-row': row }) };
      assert.equal(await server.push('/features', { id: 'broken', data: '{', attributes }), 204);
      const [letter] = (await server.topic('dead-letters')).slice(before);
      assert.equal(letter?.attributes['dead-letter-id'], id);
      assert.equal(letter?.attributes['source-message-id'], 'whole');
    });
  }
});

it('a message whose dead letter would be too large comes again, and the log names it', async () => {
  const data = '{'.repeat(10_000_000);
  assert.equal(await server.push('/features', { id: 'too-large', data }), 503);
  const line = server
    .log()
    .split('\n')
    .find((text) => text.includes('"OUTPUT_TOO_LARGE"') && text.includes('"messageId"'));
  assert.ok(line !== undefined, server.log());
  const { severity, event, messageId } = JSON.parse(line);
  assert.deepEqual([severity, event, messageId], ['ERROR', 'OUTPUT_TOO_LARGE', 'too-large']);
});
