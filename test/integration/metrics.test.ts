// The page /metrics as a whole.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { METRICS } from '../../functions/meters/metrics.ts';
import { preparePython } from '../docs/python-environment.ts';
import { skip } from '../servers/skip.ts';
import { type FunctionServer, startServer } from './function-server.ts';
import { readMetrics, valuesOf } from './metric-values.ts';

const PARSER = join(import.meta.dirname, '../prometheus');
const python = await preparePython(join(PARSER, 'requirements.txt'));

let server: FunctionServer;
before(async () => {
  server = await startServer('predict');
});
after(() => server?.stop());

describe('/metrics', () => {
  it('is answered to GET and HEAD as Prometheus text that no cache keeps', async () => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await fetch(`${server.url}/metrics`, { method });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
      assert.equal(answer.headers.get('cache-control'), 'no-store');
      await answer.arrayBuffer();
    }
  });

  it('names the model, what is under way, and the process', async () => {
    const values = valuesOf(await readMetrics(server.url));
    const { model } = (await (await fetch(`${server.url}/ready`)).json()) as {
      model: Record<string, string>;
    };
    const { name, version, digest } = model;
    assert.equal(
      values.get(`scorestream_model_info{name="${name}",version="${version}",digest="${digest}"}`),
      1,
    );
    assert.equal(values.get('scorestream_requests_in_progress'), 1); // its own
    for (const gauge of ['admitted_requests', 'admitted_bytes', 'queue_seconds']) {
      assert.equal(values.get(`scorestream_${gauge}`), 0);
    }
    const parts = ['import', 'read', 'checksum', 'session', 'self_test'].map((part) =>
      values.get(`scorestream_model_load_seconds{part="${part}"}`),
    );
    for (const seconds of parts) assert.ok(seconds !== undefined && seconds >= 0 && seconds < 30, `${parts}`);
    assert.ok(parts.some((seconds = 0) => seconds > 0));
    const since = values.get('scorestream_model_since_timestamp_seconds') ?? 0;
    const start = values.get('process_start_time_seconds') ?? 0;
    assert.ok(start > 1.7e9 && since > start && since < Date.now() / 1000, `${start} ${since}`);
    assert.ok((values.get('process_resident_memory_bytes') ?? 0) > 2 ** 24);
    assert.ok((values.get('process_cpu_seconds_total') ?? 0) > 0);
  });

  it('does not grow with the paths that are asked for', async () => {
    const before = valuesOf(await readMetrics(server.url)).size;
    for (let count = 0; count < 50; count += 1) await (await fetch(`${server.url}/${count}`)).arrayBuffer();
    const after = valuesOf(await readMetrics(server.url));
    assert.ok(after.size - before < 30, `${before} ${after.size}`); // one route more at most
    assert.ok((after.get('scorestream_requests_total{route="unknown",status="404"}') ?? 0) >= 50);
  });

  if ('reason' in python) {
    skip("/metrics is what Prometheus' own parser reads", python.reason);
    return;
  }
  const { folder } = python;

  it("is what Prometheus' own parser reads: every metric with its type, help and values", async () => {
    const text = await readMetrics(server.url);
    const { stdout, stderr } = spawnSync(join(folder, 'bin/python'), [join(PARSER, 'parse.py')], {
      input: text,
      encoding: 'utf8',
    });
    assert.equal(stderr, '');
    const families = JSON.parse(stdout) as readonly Family[];
    assert.deepEqual(
      families.map(({ name, type, help }) => ({ name, type, help })),
      Object.entries(METRICS).map(([name, { type, help }]) => ({
        name: type === 'counter' ? name.replace(/_total$/, '') : name,
        ...{ type, help },
      })),
    );
    const read = families.flatMap(({ samples }) =>
      samples.map(([name, labels, value]) => [toKey(name, labels), value] as const),
    );
    assert.deepEqual(new Map(read), valuesOf(text));
    for (const [name, { labels }] of Object.entries(METRICS)) {
      const own = families.find((family) => family.name === name || `${family.name}_total` === name);
      for (const [, given] of own?.samples ?? []) {
        assert.deepEqual(
          Object.keys(given).filter((label) => label !== 'le'),
          labels,
        );
      }
    }
  });
});

/** A metric as the parser tells it. */
interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly (readonly [string, Readonly<Record<string, string>>, number])[];
}

function toKey(name: string, labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}
