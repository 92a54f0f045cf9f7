// The examples of the Terraform module, and what their READMEs say.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { rowsOf } from '../docs/tables.ts';

const terraform = join(import.meta.dirname, '../../terraform');
const examples = readdirSync(join(terraform, 'examples')).filter((name) =>
  existsSync(join(terraform, 'examples', name, 'main.tf')),
);

const read = (...path: readonly string[]): string => readFileSync(join(terraform, ...path), 'utf8');
const readme = (example: string): string => read('examples', example, 'README.md');

const variables = readdirSync(terraform)
  .filter((name) => name.endsWith('.tf'))
  .flatMap((name) => [...read(name).matchAll(/^variable "(\w+)"/gm)].map(([, variable]) => variable));

/** What an example gives the module, but the project and the region, which every example does. */
function settingsOf(example: string): string[] {
  const [, module = ''] =
    /^module "scorestream" \{\n(.*?)^\}/ms.exec(read('examples', example, 'main.tf')) ?? [];
  const names = [...module.matchAll(/^ {2}(\w+) +=/gm)].map(([, name = '']) => name);
  return names.filter((name) => !['source', 'project_id', 'region'].includes(name));
}

/** The targets of a document's links within the repository. */
function linksOf(markdown: string): string[] {
  return [...markdown.matchAll(/\]\(([^)]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !target.startsWith('https://'));
}

/** The anchors of a document's headings, as GitHub makes them. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe('the examples of the Terraform module', () => {
  for (const example of examples) {
    it(`${example} calls the module`, () => {
      assert.match(read('examples', example, 'main.tf'), /^ {2}source = "\.\.\/\.\."$/m);
    });

    it(`${example} has a README whose links lead somewhere`, () => {
      const broken = linksOf(readme(example)).filter((target) => {
        const [path = '', anchor] = target.split('#');
        const file = join(terraform, 'examples', example, path);
        return (
          !existsSync(file) ||
          (anchor !== undefined && !anchorsOf(readFileSync(file, 'utf8')).includes(anchor))
        );
      });
      assert.deepEqual(broken, []);
    });

    it(`${example} has a README, or one that it links to, that names its settings`, () => {
      const linked = linksOf(readme(example)).filter((target) => /^\.\.\/[\w-]+\/README\.md$/.test(target));
      const texts = [
        readme(example),
        ...linked.map((target) => readme(dirname(target).slice('../'.length))),
      ].join();
      const unnamed = settingsOf(example).filter((name) => !new RegExp(`\`${name}\\b`).test(texts));
      assert.deepEqual(unnamed, []);
    });

    it(`${example} has a README that knows no setting but the module's`, () => {
      const cells = [...readme(example).matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell = '']) =>
        cell.split(', '),
      );
      assert.deepEqual(
        cells.map((cell) => cell.replaceAll('`', '')).filter((name) => !variables.includes(name)),
        [],
      );
    });
  }

  it('are all in complete, but for the key, which belongs to one region', () => {
    const others = new Set(examples.filter((name) => name !== 'complete').flatMap(settingsOf));
    others.delete('kms_key_name');
    assert.deepEqual(
      [...others].filter((name) => !settingsOf('complete').includes(name)),
      [],
    );
  });

  it('ask dead letters for attributes that they have', () => {
    const known = rowsOf('messages.md', 'Out: dead-letters').map(([name]) => name);
    const asked = [...readme('bigquery').matchAll(/\$\."([\w-]+)"/g)].map(([, name]) => name);
    assert.deepEqual(asked, ['error-code', 'error-column']);
    for (const name of asked) assert.ok(known.includes(name), `${name} is no attribute`);
  });
});
