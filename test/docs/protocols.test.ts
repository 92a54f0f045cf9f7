// Every command of docs/protocols.md is run, and what it prints is compared with what is shown.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { type FunctionServer, startServer } from '../integration/function-server.ts';
import { readBlocks, toSteps } from './commands.ts';

const steps = toSteps(readBlocks('docs/protocols.md'));

let server: FunctionServer;
before(async () => {
  const environment = { AIP_HEALTH_ROUTE: '/ping', AIP_PREDICT_ROUTE: '/vertex' };
  server = await startServer('predict', { environment });
});
after(() => server.stop());

test('docs/protocols.md shows an answer of each protocol', () => {
  const commands = steps.map(({ command }) => command);
  for (const path of ['/v2/models/flight-delay ', '/infer ', '/vertex ']) {
    assert.ok(
      commands.some((command) => `${command} `.includes(path)),
      path,
    );
  }
});

for (const { command, output } of steps) {
  test(`the output in docs/protocols.md of: ${command}`, async () => {
    const own = command.replaceAll('localhost:8080', server.url.slice('http://'.length));
    const { stdout } = await promisify(execFile)('bash', ['-c', own]);
    assert.equal(stdout, output.trimEnd());
  });
}
