import { http } from '@google-cloud/functions-framework';
import { composeScore } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { settleFirstLoad } from '../first-load.ts';
import { putInFront } from '../listener.ts';
import { refreshOnSignal } from '../refresh-signal.ts';
import { createScoreHandler } from './routes.ts';

const parts = await composeScore(readConfig());
const handle = createScoreHandler(parts);
putInFront(handle);
refreshOnSignal(parts.scorer);
http('score', handle);
await settleFirstLoad(parts.scorer);
