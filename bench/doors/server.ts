// One function behind a bare node:http server, for measurements: `node bench/doors/server.ts predict|score PORT`. The topics
// of the scoring function are in memory: what is measured is our own work, not a broker's.
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createPredictHandler } from '../../functions/http/routes.ts';
import type { Handler } from '../../functions/listener.ts';
import { createScoreHandler } from '../../functions/pubsub/routes.ts';
import { composePredict, composeScore, systemClock } from '../../src/compose.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { createMessageScorer } from '../../src/stream/score-message.ts';

const [, , target = 'predict', port = '0'] = process.argv;
const config = readConfig({
  MODEL_URI: join(import.meta.dirname, '../../model-files/flight-delay'),
  LOG_LEVEL: 'ERROR',
});

async function createPushHandler(of: Config): Promise<Handler> {
  const parts = await composeScore(of);
  let ids = 0;
  const scoreMessage = createMessageScorer({
    ...{ scorer: parts.scorer, logger: parts.logger, clock: systemClock, ordering: false },
    topics: { features: 'features', predictions: 'predictions', deadLetters: 'dead-letters' },
    publisher: {
      publish: async (_topic, messages) => messages.map(() => String(ids++)),
      close: async () => undefined,
    },
  });
  return createScoreHandler({ ...parts, scoreMessage });
}

const handle =
  target === 'score' ? await createPushHandler(config) : createPredictHandler(await composePredict(config));
createServer((request, response) => void handle(request, response)).listen(Number(port), '127.0.0.1');
