// docs/models.md is followed from fit() to a served model: its Python and its commands are run in a copy of the
// project, and what they print is compared with what is shown.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { createFeatureSchema } from '../../src/features/schema.ts';
import { isObject } from '../../src/json-object.ts';
import { parseManifest } from '../../src/model/manifest.ts';
import { readBlocks, toSteps } from './commands.ts';
import { type Compare, copyProject, type ProjectCopy } from './project-copy.ts';
import { preparePython } from './python-environment.ts';

const root = join(import.meta.dirname, '../..');
const ENVIRONMENT = '.cache/churn';
const blocks = readBlocks('docs/models.md');
const python = blocks.filter(({ kind }) => kind === 'python').map(({ text }) => text);
const json = blocks
  .filter(({ kind }) => kind === 'json')
  .map(({ text }) => JSON.parse(text) as Readonly<Record<string, unknown>>);
const steps = toSteps(blocks);

/** These two make the environment, which the test keeps from run to run. */
const isInstall = (command: string): boolean => / -m venv |\/pip install /.test(command);

let copy: ProjectCopy | undefined;
let reason = '';
before(async () => {
  const environment = await preparePython(join(root, 'samples/churn/requirements.txt'));
  if ('reason' in environment) {
    reason = `docs/models.md was not followed: ${environment.reason}`;
    console.error(`SKIPPED: ${reason}`);
    return;
  }
  copy = await copyProject();
  await mkdir(join(copy.dir, '.cache'));
  await symlink(environment.folder, join(copy.dir, ENVIRONMENT));
});
after(() => copy?.remove());

/** The copy to run in; without Python the test is skipped, and fails where everything must run. */
function needCopy(context: TestContext): ProjectCopy | undefined {
  if (copy !== undefined) return copy;
  assert.notEqual(process.env['CI'], 'true', reason);
  context.skip(reason);
  return undefined;
}

describe('docs/models.md', () => {
  for (const name of ['train.py', 'manifest.py']) {
    it(`shows samples/churn/${name} as it is`, async () => {
      assert.ok(python.includes(await readFile(join(root, 'samples/churn', name), 'utf8')));
    });
  }

  it('tells to install what the samples need', () => {
    const installs = steps.map(({ command }) => command).filter(isInstall);
    assert.deepEqual(installs, [
      `python3 -m venv ${ENVIRONMENT}`,
      `${ENVIRONMENT}/bin/pip install --quiet -r samples/churn/requirements.txt`,
    ]);
  });

  it('has Python that can be read', async (context) => {
    const folder = needCopy(context)?.dir;
    if (folder === undefined) return;
    assert.ok(python.length >= 6);
    for (const text of python) await runPython(folder, 'import ast, sys; ast.parse(sys.argv[1])', text);
  });

  for (const [index, document] of json.entries()) {
    it(`has JSON that a manifest or a golden file may hold: block ${index}`, () => checkJson(document));
  }
});

describe('following docs/models.md', () => {
  it('takes a train, a first manifest, a check and two starts', () => {
    const commands = steps.map(({ command }) => command).join('\n');
    for (const part of [
      'train.py',
      'model init',
      'manifest.py',
      'model check',
      'model show',
      'curl ',
      'pull',
    ]) {
      assert.ok(commands.includes(part), part);
    }
    assert.equal(commands.match(/^npm start -- --model /gm)?.length, 2);
  });

  for (const step of steps) {
    if (isInstall(step.command)) continue;
    it(step.command, async (context) => {
      const project = needCopy(context);
      if (project === undefined) return;
      await project.check(step, isNearlyShown);
      if (!step.command.includes('model init')) return;
      const made = JSON.parse(
        await readFile(join(project.dir, 'models/churn/manifest.json'), 'utf8'),
      ) as object;
      assert.deepEqual(Reflect.get(made, 'columns'), json[0]?.['columns']);
    });
  }
});

async function runPython(dir: string, code: string, argument: string): Promise<void> {
  await promisify(execFile)(join(dir, ENVIRONMENT, 'bin/python'), ['-c', code, argument]);
}

/** Training ends in other last digits on another processor, and with them checksums differ; so do times. */
const isNearlyShown: Compare = (printed, shown) => {
  const [got, expected] = [withoutTraining(printed), withoutTraining(shown)];
  assert.equal(got.replace(DECIMAL, '<number>'), expected.replace(DECIMAL, '<number>'));
  const numbers = [...got.matchAll(DECIMAL)].map(([text]) => Number(text));
  [...expected.matchAll(DECIMAL)].forEach(([text], index) => {
    assert.ok(
      Math.abs((numbers[index] ?? Number.NaN) - Number(text)) <= 1e-4,
      `${numbers[index]} for ${text}`,
    );
  });
};

const DECIMAL = /-?\b\d+\.\d+(?:e[-+]?\d+)?\b/g;

function withoutTraining(text: string): string {
  return text
    .replace(/(?<=\(|digest":")[0-9a-f]{12}\b/g, '<digest>')
    .replace(/(?<=^ +cost +).*$/gm, '<cost>');
}

/** A part of a manifest, made whole by what it does not say. */
async function checkJson(part: Readonly<Record<string, unknown>>): Promise<void> {
  if ('rows' in part) {
    assert.deepEqual(Object.keys(part), ['format', 'predicted_by', 'tolerance', 'rows']);
    return;
  }
  const file = { file: 'model.onnx', sha256: '0'.repeat(64) };
  const columns = Array.isArray(part['columns']) ? part['columns'].filter(isObject) : [];
  const document = {
    format: 1,
    name: 'model',
    version: '1',
    model: file,
    task: 'regression',
    features: columns.length > 0 ? columns.map(({ name }) => name) : ['x'],
    outputs: { values: 'y' },
    ...part,
  };
  const manifest = await parseManifest(Buffer.from(JSON.stringify(document)));
  if (!('features' in part)) return;
  const inputs = [{ name: 'features', type: 'float32' as const, width: manifest.features.length }];
  createFeatureSchema({ ...manifest, inputs }); // the columns make exactly these features
}
