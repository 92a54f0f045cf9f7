// docs/deploy.md names settings, outputs, sections and files: all of them are there.
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { priceOfMessages, priceOfWork, REQUEST_PRICES } from '../../bench/cloud-prices.ts';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'docs/deploy.md'), 'utf8');
const terraform = globSync('terraform/*.tf', { cwd: root })
  .filter((path) => path !== 'terraform/backend.tf') // a deployment's own
  .map((path) => readFileSync(join(root, path), 'utf8'))
  .join('\n');

/** What matches in a text: the first group of each match, once. */
function matches(where: string, pattern: RegExp): readonly string[] {
  return [...new Set([...where.matchAll(pattern)].map(([, name = '']) => name))];
}

it('docs/deploy.md names settings that Terraform takes', () => {
  const variables = matches(terraform, /^variable "(\w+)"/gm);
  const known = [...variables, ...matches(terraform, /^ +(\w+) += optional\(/gm)];
  const named = [
    ...matches(text, /`([a-z]+(?:_[a-z]+)+)`/g),
    ...matches(text, /`([a-z_]+) = /g),
    ...matches(text, /[{,] (\w+) = /g),
    ...matches(text, /^(?:echo ['"])?([a-z_]+) += /gm),
  ].filter((name) => !matches(terraform, /^output "(\w+)"/gm).includes(name));
  assert.ok(named.length > 20, `${named.length} settings`);
  assert.deepEqual(
    named.filter((name) => !known.includes(name)),
    [],
  );
});

it('docs/deploy.md names outputs that Terraform has', () => {
  const outputs = matches(terraform, /^output "(\w+)"/gm);
  const named = matches(text, /terraform output (?:-raw )?(\w+)/g);
  assert.deepEqual([...named].sort(), ['commands', 'dashboard_url', 'predict_url']);
  assert.deepEqual(
    named.filter((name) => !outputs.includes(name)),
    [],
  );
});

it('docs/deploy.md links to sections and files that are there', () => {
  const anchors = matches(text, /^## (.+)$/gm).map((heading) =>
    heading.toLowerCase().replaceAll(',', '').replaceAll(' ', '-'),
  );
  const links = matches(text, /\]\(([^)]+)\)/g).filter((link) => !link.startsWith('https://'));
  assert.ok(links.length > anchors.length);
  assert.deepEqual(
    links.filter((link) =>
      link.startsWith('#') ? !anchors.includes(link.slice(1)) : !existsSync(join(root, 'docs', link)),
    ),
    [],
  );
});

it('docs/deploy.md calls scripts that package.json has', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const called = matches(text, /^npm run ([\w:-]+)/gm);
  assert.deepEqual([...called].sort(), ['load-test', 'package']);
  assert.deepEqual(
    called.filter((name) => scripts[name] === undefined),
    [],
  );
});

it('docs/deploy.md adds up: what things cost follows from the prices', () => {
  const MILLION = 1_000_000;
  const second = priceOfWork(1, 1);
  const requests = 0.4;
  const messages = priceOfMessages(2 * MILLION, 2 * MILLION);
  const pieces = Math.ceil(1e9 / (64 * 1024 * 1024));
  const piece = 7.2 * REQUEST_PRICES.write + 10.1 * REQUEST_PRICES.read;
  const costs: Readonly<Record<string, string>> = {
    'a million predictions, one a request, on a quiet service': (requests + MILLION * 0.1 * second).toFixed(
      2,
    ),
    'the same on a busy one': (requests + 1000 * second).toFixed(2),
    'the same, 100 rows a request, on a quiet service': ((requests + MILLION * 0.1 * second) / 100).toFixed(
      2,
    ),
    'a million messages of one row, on a busy stream': (requests + 1000 * second + messages).toFixed(2),
    'the same, on a quiet one': (requests + MILLION * 0.1 * second + messages).toFixed(2),
    'a GB of CSV': (priceOfWork(1e9 / 50e6, 2) + pieces * piece).toFixed(3),
  };
  for (const [what, dollars] of Object.entries(costs)) {
    assert.ok(text.includes(`| ${what} | $${dollars} |`), `${what}: $${dollars}`);
  }
  assert.ok(text.includes(`*I* = $${second.toFixed(7)}`), `${second}`);
  assert.ok(text.includes(`${pieces} pieces`), `${pieces}`);
});
