// docs/monitoring.md lists what is counted, all of it and nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { METRICS } from '../../functions/meters/metrics.ts';
import { RequestMeter } from '../../functions/meters/request-meter.ts';
import { RowMeter } from '../../functions/meters/row-meter.ts';
import { createStats } from '../../functions/meters/stats.ts';
import { rowsOf } from './tables.ts';

test('docs/monitoring.md is the table of metrics', () => {
  assert.deepEqual(
    rowsOf('monitoring.md', '/metrics'),
    Object.entries(METRICS).map(([name, { type, labels, help }]) => [name, type, labels.join(', '), help]),
  );
});

test('docs/monitoring.md and docs/logs.md list the fields of a STATS line, and no other', () => {
  const requests = new RequestMeter();
  requests.observe(200, 1);
  const stats = createStats({ requests, rows: new RowMeter(), errors: new Map() })() ?? {};
  const fields = ['seconds', ...Object.keys(stats), 'model'];
  const documented = rowsOf('monitoring.md', 'STATS lines');
  assert.deepEqual(
    documented.map(([field]) => field),
    fields,
  );
  const [line] = rowsOf('logs.md').filter(([event]) => event === 'STATS');
  assert.deepEqual(line?.[3]?.split(', '), fields);
  const [, latency = ''] = documented.find(([field]) => field === 'latency') ?? [];
  assert.deepEqual(latency.match(/le_\d+ms/g), Object.keys(stats['latency'] ?? {}));
});
