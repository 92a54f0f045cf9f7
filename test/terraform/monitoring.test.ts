// Log-based metrics and alerts read what docs/logs.md says is logged, and nothing else.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { rowsOf } from '../docs/tables.ts';
import { readLocal, readModule } from './locals.ts';

/** What is read of log lines: which, and which fields of theirs. */
interface Reading {
  readonly events: readonly string[];
  /** Added up; null where lines are counted. */
  readonly value?: string | null;
  /** Label → field. */
  readonly labels: Readonly<Record<string, string>>;
}

const root = join(import.meta.dirname, '../..');
const lines = rowsOf('logs.md', 'Functions');
const metrics = (await readLocal('log_metrics')) as Record<string, Reading>;
const alerts = (await readLocal('alerts')) as Record<string, { readonly lines?: Record<string, Reading> }>;
const matched = Object.values(alerts).flatMap((alert) => Object.entries(alert.lines ?? {}));

/** The fields that docs/logs.md names for an event; `event` and `message` are those of every line. */
function fieldsOf(event: string): string[] {
  const [, severity, , fields = ''] = lines.find(([name]) => name === event) ?? [];
  assert.ok(severity, `docs/logs.md has no event ${event} of the functions`);
  return ['event', 'message', ...(fields.match(/[a-zA-Z][\w./]*/g) ?? [])];
}

/** Whether a document says of a field that it has this one within. */
function isDocumentedWithin(field: string, within: string): boolean {
  return ['logs.md', 'monitoring.md', 'jobs.md'].some((document) =>
    readFileSync(join(root, 'docs', document), 'utf8')
      .split('\n')
      .some((line) => line.includes(`\`${field}\``) && line.includes(`\`${within}\``)),
  );
}

for (const [name, { events, value, labels }] of [...Object.entries(metrics), ...matched]) {
  describe(`what is read of lines for "${name}"`, () => {
    for (const path of [...(value ? [value] : []), ...Object.values(labels)]) {
      it(`has ${path} in every line of ${events.join(', ')}`, () => {
        const [field = '', within] = path.split('.');
        for (const event of events) assert.ok(fieldsOf(event).includes(field), `${event} has no ${field}`);
        if (within !== undefined) assert.ok(isDocumentedWithin(field, within), `no document has ${path}`);
      });
    }
  });
}

describe('log-based metrics', () => {
  it('count every event that is a warning or an error', () => {
    const counted = Object.values(metrics).flatMap(({ events, value }) => (value ? [] : events));
    const bad = lines.filter(([, severity]) => severity === 'WARNING' || severity === 'ERROR');
    assert.ok(bad.length > 5);
    assert.deepEqual(
      bad.map(([event = '']) => event).filter((event) => !counted.includes(event)),
      [],
    );
  });

  it('are made of their table and nothing else', () => {
    const read = [...readModule().matchAll(/jsonPayload\.(?:\$\{)?([\w.]+)/g)].map(([, field]) => field);
    // the event of a filter; labels and value of a metric, labels of an alert
    assert.deepEqual([...new Set(read)].sort(), ['each.value.value', 'event', 'field']);
  });
});
