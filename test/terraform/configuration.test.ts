// The Terraform configuration as a linter would read it, without Terraform.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { readTerraform, type TerraformFolder, toExpression } from '../../scripts/terraform-files.ts';
import { withTables } from '../../scripts/terraform-tables.ts';

const terraform = join(import.meta.dirname, '../../terraform');
const found = globSync('**/*.tf', { cwd: terraform, exclude: (path) => path.endsWith('.terraform') });
const paths = [...new Set(found.map((path) => dirname(path)))].sort();
const folders = new Map<string, TerraformFolder>();
for (const path of paths) folders.set(path, await readTerraform(join(terraform, path)));

/** The names that a folder's expressions read below `var` or `local`, but for a variable's own rules. */
function namesRead(folder: TerraformFolder, scope: 'var' | 'local'): ReadonlySet<string> {
  const rest = folder.texts.filter(({ kind, text }) => kind !== 'variable' && /[$%]\{/.test(text));
  const names = rest.flatMap(({ text }) => [...text.matchAll(new RegExp(`\\b${scope}\\.(\\w+)`, 'g'))]);
  return new Set(names.map(([, name = '']) => name));
}

function isSentence(description: unknown): boolean {
  return typeof description === 'string' && description.trim().length >= 10;
}

describe('the Terraform configuration', () => {
  it('has a root, modules and examples', () => {
    assert.ok(paths.includes('.'));
    assert.ok(paths.some((path) => path.startsWith('modules/')));
    assert.ok(paths.some((path) => path.startsWith('examples/')));
  });

  for (const [path, folder] of folders) {
    const name = path === '.' ? 'the root' : path;
    const variables = folder.blocks('variable');

    it(`describes, types and uses every variable of ${name}`, () => {
      const used = namesRead(folder, 'var');
      const wrong = variables.flatMap(([variable, block]) => [
        ...(isSentence(block['description']) ? [] : [`${variable} has no description`]),
        ...(block['type'] !== undefined && toExpression(block['type']) !== 'any'
          ? []
          : [`${variable} has no type`]),
        ...(used.has(variable) ? [] : [`${variable} is not used`]),
      ]);
      assert.deepEqual(wrong, []);
    });

    it(`describes every output of ${name}`, () => {
      const bare = folder.blocks('output').filter(([, block]) => !isSentence(block['description']));
      assert.deepEqual(
        bare.map(([output]) => output),
        [],
      );
    });

    it(`uses every local value of ${name}`, () => {
      const used = namesRead(folder, 'local');
      assert.deepEqual(
        Object.keys(folder.locals).filter((local) => !used.has(local)),
        [],
      );
    });
  }

  it('needs a project and a region, and nothing else', () => {
    const variables = folders.get('.')?.blocks('variable') ?? [];
    const required = variables.filter(([, block]) => !('default' in block)).map(([name]) => name);
    assert.deepEqual(required, ['project_id', 'region']);
  });

  it('is what the tables of its README say: npm run terraform-docs writes them', () => {
    const readme = readFileSync(join(terraform, 'README.md'), 'utf8');
    const root = folders.get('.');
    assert.ok(root !== undefined);
    assert.equal(readme, withTables(readme, root));
  });
});
