// docs/architecture.md names files and what they export: all of it is there, and no folder of src is left out.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8').replace(/^```.*?^```$/gms, '');
const top = readdirSync(root);

/** Names in code: places of this repository, and the names that follow each of them directly. */
const places = [...text.matchAll(/`([\w.-]+(?:\/[\w.-]+)*)`((?: `\w+`(?:, `\w+`)*)?)/g)]
  .map(([, place = '', names = '']) => ({
    place,
    names: place.endsWith('.ts') ? (names.match(/\w+/g) ?? []) : [],
  }))
  .filter(({ place }) => top.includes(place.split('/')[0] ?? ''));

it('docs/architecture.md names places that are there', () => {
  assert.ok(places.length > 60, `${places.length} places`);
  assert.deepEqual(
    places.map(({ place }) => place).filter((place) => !existsSync(join(root, place))),
    [],
  );
});

it('docs/architecture.md names what its files export', () => {
  const named = places.flatMap(({ place, names }) => names.map((name) => ({ place, name })));
  assert.ok(named.length > 40, `${named.length} names`);
  const isMissing = ({ place, name }: (typeof named)[number]): boolean => {
    const code = readFileSync(join(root, place), 'utf8');
    return !new RegExp(`^export (?:async )?(?:function\\*?|const|class) ${name}\\b`, 'm').test(code);
  };
  assert.deepEqual(named.filter(isMissing), []);
});

it('docs/architecture.md names every folder of src', () => {
  const folders = readdirSync(join(root, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `src/${name}`);
  const isLeftOut = (folder: string): boolean =>
    !places.some(({ place }) => `${place}/`.startsWith(`${folder}/`));
  assert.deepEqual(folders.filter(isLeftOut), []);
});
