// 5,000 messages of all kinds through Pub/Sub's emulator and the built function: sets compared, values too.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import { createLab, type Lab } from '../faults/lab.ts';
import { makeMessage } from '../faults/messages.ts';
import { DEFAULTS } from '../faults/scenario.ts';
import { startServer } from '../integration/function-server.ts';
import { describeWithPubSub } from '../servers/pubsub.ts';

const MESSAGES = 5000;
const source = join(import.meta.dirname, '../../dist/functions/index.js');

describeWithPubSub(`a stream of ${MESSAGES} messages`, (server) => {
  it('gives every row once, as prediction or dead letter, with the values of the HTTP door', async () => {
    const environment = { PUBSUB_EMULATOR_HOST: server().host }; // past the proxy
    const lab = await createLab(server(), { ...DEFAULTS, environment, maxDeliveryAttempts: 30 });
    try {
      await lab.start();
      const messages = Array.from({ length: MESSAGES }, (_, index) => makeMessage(index));
      const ids = await lab.publish(messages, 0);
      await lab.collect(Number.POSITIVE_INFINITY);
      await lab.stop();
      await lab.collect(0);
      lab.ledger.check();
      assert.equal(lab.ledger.duplicates(), 0, 'rows that came twice');
      assert.deepEqual(valuesOf(lab), await askHttp(ids, messages));
    } finally {
      await lab.close();
    }
  });
});

/** What was predicted, by id. */
function valuesOf({ ledger }: Lab): ReadonlyMap<string, object> {
  return new Map(
    [...ledger.predictions()].map(([id, { label, probability, probabilities }]) => [
      id,
      { label, probability, probabilities },
    ]),
  );
}

/** What the prediction function says of the same instances, by the ids of their predictions; labels are text in messages. */
async function askHttp(
  ids: readonly string[],
  messages: readonly ReturnType<typeof makeMessage>[],
): Promise<ReadonlyMap<string, object>> {
  const instances = messages.flatMap(({ rows = [] }, place) =>
    rows.flatMap((instance, row) =>
      instance === undefined ? [] : [[`${ids[place]}/${row}`, instance] as const],
    ),
  );
  const predict = await startServer('predict', { source });
  try {
    const answer = await fetch(`${predict.url}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"instances":[${instances.map(([, instance]) => instance).join(',')}]}`,
    });
    assert.equal(answer.status, 200);
    const { predictions } = (await answer.json()) as { predictions: readonly { label: number }[] };
    return new Map(
      instances.map(([id], place) => [
        id,
        { ...predictions[place], label: String(predictions[place]?.label) },
      ]),
    );
  } finally {
    await predict.stop();
  }
}
