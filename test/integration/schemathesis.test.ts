// Requests made of the function's own description, right and wrong: none fails, and every answer is as it was described.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { preparePython } from '../docs/python-environment.ts';
import { skip } from '../servers/skip.ts';
import { type FunctionServer, startServer } from './function-server.ts';

const FOLDER = join(import.meta.dirname, '../schemathesis');
const RUN_MS = 240_000;

/** Requests of each operation, made at random from a fixed seed, beside those for each bound of its schemas. */
const EXAMPLES = '60';

const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'unsupported_method',
  'allow_header_conformance',
  'missing_required_header',
  'described_json_is_accepted',
  'other_json_is_rejected',
];

const python = await preparePython(join(FOLDER, 'requirements.txt'));

describe('schemathesis', () => {
  if ('reason' in python) {
    skip('schemathesis', python.reason);
    return;
  }
  let server: FunctionServer;
  let work: string;
  before(async () => {
    work = await mkdtemp(join(tmpdir(), 'scorestream-schemathesis-'));
    server = await startServer('predict');
  });
  after(async () => {
    await server?.stop();
    await rm(work, { recursive: true, force: true });
  });

  it('finds no answer that the description does not have', async () => {
    const { code, output } = await run(join(python.folder, 'bin/python'), work, [
      ...['-m', 'schemathesis.cli', 'run'],
      ...[`${server.url}/openapi.json`, '--url', server.url],
      ...['--checks', CHECKS.join(',')],
      ...['--phases', 'examples,coverage,fuzzing', '--max-examples', EXAMPLES, '--seed', '1'],
      ...['--generation-database', 'none', '--continue-on-failure'],
    ]);
    assert.equal(code, 0, output);
    assert.match(output, /Operations: +(\d+) selected \/ \1 total/);
    assert.ok(Number(/(\d+) generated/.exec(output)?.[1]) > 500, output);
  });
});

/** It writes files where it runs. */
function run(
  command: string,
  cwd: string,
  args: readonly string[],
): Promise<{ readonly code: unknown; readonly output: string }> {
  const env = { ...process.env, SCHEMATHESIS_HOOKS: join(FOLDER, 'hooks.py'), PYTHONDONTWRITEBYTECODE: '1' };
  return new Promise((resolve) => {
    execFile(command, args, { cwd, env, timeout: RUN_MS }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : (error.code ?? error.signal), output: stdout + stderr }),
    );
  });
}
