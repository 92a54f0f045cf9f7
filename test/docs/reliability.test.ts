// docs/reliability.md lists the faults that are tried, all of them and no other.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';

const root = join(import.meta.dirname, '../..');

it('docs/reliability.md names every fault of test/faults/streaming, and none that is not there', () => {
  const text = readFileSync(join(root, 'docs/reliability.md'), 'utf8');
  const [, table = ''] = text.split('## Faults that are tried');
  const rows = table.match(/^\| `.*? \|/gm) ?? [];
  const named = rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, name]) => `${name}.json`));
  assert.deepEqual(named.toSorted(), readdirSync(join(root, 'test/faults/streaming')).toSorted());
});
