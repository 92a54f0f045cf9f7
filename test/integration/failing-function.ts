// A function that fails where nothing catches it.
import { http } from '@google-cloud/functions-framework';
import { putInFront } from '../../functions/listener.ts';
import { createProcessLife } from '../../functions/process-life.ts';
import { createJsonLogger } from '../../src/adapters/system/logger.ts';

const life = createProcessLife(createJsonLogger('INFO'));
putInFront(async ({ url }, response) => {
  if (url === '/throw') setImmediate(() => fail());
  else if (url === '/reject') setImmediate(async () => fail());
  else if (url === '/reject-nothing') void Promise.reject();
  else response.end();
}, life);
http('predict', () => undefined);

function fail(): never {
  throw new Error('on purpose');
}
