// Every command of docs/protocols.md and docs/predicting.md is run, and what it prints is compared with what is shown.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { type FunctionServer, startServer } from '../integration/function-server.ts';
import { readBlocks, toSteps } from './commands.ts';

const PAGES = ['docs/protocols.md', 'docs/predicting.md'];
const steps = PAGES.flatMap((page) => toSteps(readBlocks(page)).map((step) => ({ page, ...step })));

let server: FunctionServer;
before(async () => {
  const environment = { AIP_HEALTH_ROUTE: '/ping', AIP_PREDICT_ROUTE: '/vertex' };
  server = await startServer('predict', { environment });
});
after(() => server.stop());

test('the pages show an answer of each protocol', () => {
  const commands = steps.map(({ command }) => command);
  for (const path of ['/v2/models/flight-delay ', '/infer ', '/vertex ']) {
    assert.ok(
      commands.some((command) => `${command} `.includes(path)),
      path,
    );
  }
});

for (const { page, command, output } of steps) {
  test(`the output in ${page} of: ${command}`, async () => {
    const own = command.replaceAll('localhost:8080', server.url.slice('http://'.length));
    const { stdout } = await promisify(execFile)('bash', ['-c', own]);
    assert.equal(stdout.trimEnd(), output.trimEnd());
  });
}
