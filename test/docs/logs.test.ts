// docs/logs.md and the code tell of the same log lines, both ways.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readLogCalls } from './log-calls.ts';
import { rowsOf } from './tables.ts';

const calls = readLogCalls();
const text = readFileSync(join(import.meta.dirname, '../../docs/logs.md'), 'utf8');

/** The fields that the row of an event names. */
function documentedOf(event: string): string[] {
  const cells = text
    .split('\n')
    .find((line) => line.startsWith(`| \`${event}\``))
    ?.slice(1, -1)
    .split(' | ');
  return [...(cells?.[3] ?? '').matchAll(/`([a-z][\w./]*)`/g)].map(([, name = '']) => name);
}

describe('docs/logs.md', () => {
  it('lists every event with its severity, and no other', () => {
    const documented = rowsOf('logs.md').map(([event, severity]) => `${event} ${severity}`);
    assert.ok(calls.length > 20);
    const logged = calls.map(({ event, severity }) => `${event} ${severity}`);
    assert.deepEqual(documented.toSorted(), [...new Set(logged)].sort());
  });

  for (const event of [...new Set(calls.map((call) => call.event))].sort()) {
    const places = calls.filter((call) => call.event === event);

    it(`names every field that is written for ${event}`, () => {
      const documented = documentedOf(event);
      const written = places.flatMap(({ fields }) => fields);
      assert.deepEqual(
        written.filter((name) => !documented.includes(name)),
        [],
      );
    });

    it(`names no field for ${event} that nothing there writes`, () => {
      const unknown = documentedOf(event).filter((name) => {
        const word = new RegExp(`(?<![\\w./])${name.replaceAll('.', '\\.')}(?![\\w])`);
        return !places.some((place) => word.test(place.text));
      });
      assert.deepEqual(unknown, []);
    });
  }
});
