// The prediction function as the framework alone would serve it: its own listener, nothing in front.
import { http } from '@google-cloud/functions-framework';
import { createPredictHandler } from '../../functions/http/routes.ts';
import { composePredict } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';

const parts = await composePredict(readConfig());
await parts.scorer.withModel(async () => undefined);
http('predict', createPredictHandler(parts));
