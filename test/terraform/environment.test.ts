// The environment that Terraform gives to the functions, against the options that their code reads.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { FUNCTION_ENVIRONMENT, FUNCTION_NODE_OPTIONS } from '../../cli/function-process.ts';
import { readTerraform, toExpression } from '../../scripts/terraform-files.ts';
import { OPTIONS } from '../../src/config.ts';

const root = join(import.meta.dirname, '../..');
const { locals, resources } = await readTerraform(join(root, 'terraform'));

/** Variables that are not options: what reads them is not our code. */
const OF_THE_PLATFORM = ['LOG_EXECUTION_ID', 'NODE_OPTIONS', ...Object.keys(FUNCTION_ENVIRONMENT)];

const options = Object.values(OPTIONS).flatMap((option) => [
  option.variable as string,
  ...('instead' in option ? [option.instead as string] : []),
]);

const maps = Object.keys(locals).filter((name) =>
  /^(common|predict|score|score_batch)_environment$/.test(name),
);
const setBy = (name: string): string[] => {
  const map = locals[name];
  if (typeof map === 'object' && map !== null) return Object.keys(map);
  // a merge of maps: the keys of those that are written in it
  return [...toExpression(map).matchAll(/^\s*"?([A-Z][A-Z0-9_]+)"?\s*=(?!=)/gm)].map(([, key = '']) => key);
};
const set = new Set(maps.flatMap(setBy));

/** The variables that terraform/README.md says are not set. */
function notSet(): string[] {
  const readme = readFileSync(join(root, 'terraform/README.md'), 'utf8');
  const [, section = ''] = /^#+ Variables that are not set$([\s\S]*?)(?=^#+ |(?![\s\S]))/m.exec(readme) ?? [];
  return [...section.matchAll(/^\| (.+?) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, name = '']) => name),
  );
}

describe('the environment of the deployed functions', () => {
  it('is in the maps that are looked at here', () => {
    for (const name of ['common_environment', 'predict_environment', 'score_environment'])
      assert.ok(setBy(name).length > 0, `${name} sets nothing`);
    const functions = resources('google_cloudfunctions2_function');
    assert.deepEqual(
      functions.map(([name]) => name),
      ['predict', 'score', 'score_batch'],
    );
    for (const [name, block] of functions) {
      const text = JSON.stringify(block['service_config']);
      for (const map of ['common_environment', `${name}_environment`]) assert.match(text, new RegExp(map));
    }
  });

  it('has every option that the code reads, but for those that are said not to be set', () => {
    assert.deepEqual(
      options.filter((name) => !set.has(name)).sort(),
      notSet().sort(),
      'terraform/README.md, "Variables that are not set"',
    );
  });

  it('has nothing that nothing reads', () => {
    assert.deepEqual(
      [...set].filter((name) => !options.includes(name) && !OF_THE_PLATFORM.includes(name)),
      [],
    );
  });

  it('gives each function the settings that the function process has on a laptop', () => {
    const common = locals['common_environment'] as Readonly<Record<string, string>>;
    for (const [name, value] of Object.entries(FUNCTION_ENVIRONMENT)) assert.equal(common[name], value);
    for (const name of ['predict_environment', 'score_environment'])
      assert.ok(setBy(name).includes('NODE_OPTIONS'));
    const nodeOptions = toExpression(locals['node_options']);
    for (const option of FUNCTION_NODE_OPTIONS) assert.ok(nodeOptions.includes(option), nodeOptions);
    assert.ok(nodeOptions.includes('--max-old-space-size='), nodeOptions);
  });

  it('builds and runs on the Node that the tests run on', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const [major] = devDependencies.node.split('.');
    assert.equal(locals['runtime'], `nodejs${major}`);
  });
});
