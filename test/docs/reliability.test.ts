// docs/reliability.md lists the faults that are tried, all of them and no other.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';

const root = join(import.meta.dirname, '../..');

for (const [heading, folder] of [
  ['## Faults that are tried on messages', 'streaming'],
  ['## Faults that are tried on files', 'batch'],
] as const) {
  it(`docs/reliability.md names every fault of test/faults/${folder}, and none that is not there`, () => {
    const text = readFileSync(join(root, 'docs/reliability.md'), 'utf8');
    const [, after = ''] = text.split(heading);
    const [table = ''] = after.split('\n## ');
    const rows = table.match(/^\| `.*? \|/gm) ?? [];
    const named = rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, name]) => `${name}.json`));
    assert.deepEqual(named.toSorted(), readdirSync(join(root, 'test/faults', folder)).toSorted());
  });
}
