import { http } from '@google-cloud/functions-framework';
import { composeScore } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { settleFirstLoad } from '../first-load.ts';
import { putInFront } from '../listener.ts';
import { createMeters } from '../meters/meters.ts';
import { createProcessLife } from '../process-life.ts';
import { refreshOnSignal } from '../refresh-signal.ts';
import { createScoreHandler } from './routes.ts';

const parts = await composeScore(readConfig());
const life = createProcessLife(parts.logger);
const meters = createMeters(parts);
const handle = createScoreHandler({ ...parts, isStopping: life.isStopping }, meters);
process.once('exit', meters.flush);
putInFront(handle, life);
refreshOnSignal(parts.scorer);
http('score', handle);
await settleFirstLoad(parts.scorer);
