import { http } from '@google-cloud/functions-framework';
import { composePredict } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { settleFirstLoad } from '../first-load.ts';
import { putInFront } from '../listener.ts';
import { createMeters } from '../meters/meters.ts';
import { refreshOnSignal } from '../refresh-signal.ts';
import { ADMISSION_LIMITS } from './admission.ts';
import { createPredictHandler } from './routes.ts';

const parts = await composePredict(readConfig());
const meters = createMeters(parts);
const handle = createPredictHandler(parts, ADMISSION_LIMITS, meters);
process.once('exit', meters.flush);
putInFront(handle);
refreshOnSignal(parts.scorer);
http('predict', handle);
await settleFirstLoad(parts.scorer);
