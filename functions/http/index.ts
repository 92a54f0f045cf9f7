import { http } from '@google-cloud/functions-framework';
import { composePredict } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { settleFirstLoad } from '../first-load.ts';
import { putInFront } from '../listener.ts';
import { refreshOnSignal } from '../refresh-signal.ts';
import { createPredictHandler } from './routes.ts';

const parts = await composePredict(readConfig());
const handle = createPredictHandler(parts);
putInFront(handle);
refreshOnSignal(parts.scorer);
http('predict', handle);
await settleFirstLoad(parts.scorer);
