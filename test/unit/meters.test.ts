// What is counted of requests, and the lines that tell it.
import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, it } from 'node:test';
import { Histogram } from '../../functions/meters/histogram.ts';
import { createMeters, type Meters } from '../../functions/meters/meters.ts';
import { toMetricText } from '../../functions/meters/metric-text.ts';
import type { Outcome, Request } from '../../functions/router.ts';
import { RowTally } from '../../functions/row-tally.ts';
import type { ErrorCode } from '../../src/errors.ts';
import type { Scorer } from '../../src/serving/scorer.ts';

const MODEL = { name: 'm', version: '1', digest: 'abcdefabcdef' };
const COST = { importMs: 1, readMs: 2, checksumMs: 3, sessionMs: 4, selfTestMs: 5, bytes: 6 };
const AT = '2026-01-02T03:04:05.000Z';

/** A scorer of which only the state is asked. */
const scorer: Pick<Scorer, 'state'> = {
  state: () => ({ state: 'ready', identity: MODEL, cost: COST, since: AT, lastLook: AT }),
};

type Line = Readonly<Record<string, unknown>>;

/** Meters whose clock is turned by hand, in milliseconds, and the lines that they log. */
function setUp(requestLogRatio = 0) {
  const lines: Line[] = [];
  const clock = { ms: 5000 };
  const meters = createMeters(
    {
      scorer: scorer as Scorer, // no other method is called
      logger: { log: (severity, event, _message, fields) => lines.push({ severity, event, ...fields }) },
      project: 'p',
      requestLogRatio,
    },
    () => clock.ms,
  );
  return { lines, clock, meters };
}

function toRequest(more: Partial<Request> = {}): Request {
  return { method: 'POST', url: '/predict?secret=1', headers: {}, ...more } as IncomingMessage; // all that is read
}

/** A request from its beginning to its end. */
function pass(
  { meters, clock }: { readonly meters: Meters; readonly clock: { ms: number } },
  {
    request = toRequest(),
    ms = 0,
    ...outcome
  }: { readonly request?: Request; readonly ms?: number } & Partial<Outcome> = {},
): void {
  const startMs = meters.begin();
  clock.ms += ms;
  meters.end(request, { route: '/predict', status: 200, code: undefined, ...outcome, startMs });
}

function toTally(read: number, scored: number, codes: readonly ErrorCode[] = []): RowTally {
  const rows = new RowTally();
  rows.read = read;
  rows.scored = scored;
  for (const code of codes) rows.addRefused(code);
  return rows;
}

describe('a histogram', () => {
  it('counts a value up to its bound, and what is above the last for infinity', () => {
    const histogram = new Histogram([1, 2, 5]);
    for (const value of [0, 1, 1.1, 2, 5, 5.1, 1e9]) histogram.observe(value);
    assert.deepEqual(histogram.cumulative(), [2, 4, 5, 7]);
    assert.equal(histogram.sum, 1e9 + 14.2);
  });
});

describe('the text of a metric', () => {
  it('escapes what labels and help may hold', () => {
    const text = toMetricText('m', { type: 'gauge', labels: ['l'], help: 'a\\b\nc' }, [
      { labels: { l: 'say "hi"\\\n' }, value: 1.5 },
      { value: Number.POSITIVE_INFINITY },
      { value: Number.NaN },
    ]);
    assert.equal(
      text,
      '# HELP m a\\\\b\\nc\n# TYPE m gauge\nm{l="say \\"hi\\"\\\\\\n"} 1.5\nm +Inf\nm NaN\n',
    );
  });
});

describe('a STATS line', () => {
  it('comes with the first request 10 s after the last line, and tells what was before it', () => {
    const world = setUp();
    pass(world, { ms: 4 });
    world.clock.ms += 9995;
    pass(world);
    assert.deepEqual(world.lines, []);
    world.clock.ms += 1;
    pass(world);
    assert.deepEqual(
      world.lines.map(({ event, requests, seconds }) => ({ event, requests, seconds })),
      [{ event: 'STATS', requests: 2, seconds: 10 }],
    );
    pass(world);
    assert.equal(world.lines.length, 1);
  });

  it('has counts by status, row and code, latencies within bounds, and the model', () => {
    const world = setUp();
    const refused = toTally(4, 2, ['OUT_OF_RANGE', 'OUT_OF_RANGE']);
    pass(world, { ms: 3, request: toRequest({ rows: refused }) });
    pass(world, { ms: 30, request: toRequest({ rows: toTally(0, 0) }), status: 400, code: 'INVALID_JSON' });
    pass(world, { status: 429, code: 'OVERLOADED' });
    pass(world, { ms: 500_000, status: 503, code: 'MODEL_NOT_READY' });
    world.meters.flush();
    const line = world.lines.find(({ event }) => event === 'STATS');
    const { latency, ...rest } = line as { latency: Record<string, number> };
    assert.deepEqual(rest, {
      ...{ severity: 'INFO', event: 'STATS', seconds: 500, requests: 4 },
      ...{ status2xx: 1, status3xx: 0, status4xx: 1, status429: 1, status5xx: 1 },
      ...{ rowsScored: 2, rowsRefused: 2, latencyMs: 500_033 },
      rowErrors: { OUT_OF_RANGE: 2 },
      requestErrors: { INVALID_JSON: 1, MODEL_NOT_READY: 1, OVERLOADED: 1 },
      model: MODEL,
    });
    const { le_2ms, le_5ms, le_25ms, le_50ms, le_300000ms } = latency;
    assert.deepEqual([le_2ms, le_5ms, le_25ms, le_50ms, le_300000ms], [1, 2, 2, 3, 3]);
  });

  it('tells nothing twice', () => {
    const world = setUp();
    pass(world, { ms: 3, request: toRequest({ rows: toTally(1, 0, ['OUT_OF_RANGE']) }), status: 400 });
    world.meters.flush();
    pass(world, { ms: 3, request: toRequest({ rows: toTally(2, 2) }) });
    world.meters.flush();
    assert.deepEqual(
      world.lines.map(({ requests, status2xx, rowsScored, rowsRefused, rowErrors, latencyMs }) => [
        ...[requests, status2xx, rowsScored, rowsRefused],
        ...[rowErrors, latencyMs],
      ]),
      [
        [1, 0, 0, 1, { OUT_OF_RANGE: 1 }, 3],
        [1, 1, 2, 0, {}, 3],
      ],
    );
  });

  it('is not written where nothing but probes came', () => {
    const world = setUp();
    pass(world, { request: toRequest({ method: 'GET', url: '/ready' }), route: '/ready' });
    world.meters.flush();
    assert.deepEqual(world.lines, []);
    assert.deepEqual([...world.meters.counts.routes.keys()], ['/ready']);
  });
});

describe('a REQUEST line', () => {
  it('is written for every request, none, or those that failed by our fault', () => {
    for (const [ratio, status, lines] of [
      [1, 200, 100],
      [0, 200, 0],
      [0, 400, 0],
      [0, 429, 0],
      [0, 500, 100],
      [0, 503, 100],
    ] as const) {
      const world = setUp(ratio);
      for (let count = 0; count < 100; count += 1) pass(world, { status });
      assert.equal(world.lines.length, lines, `${ratio} ${status}`);
    }
  });

  it('is written for about the share that is asked for', () => {
    const world = setUp(0.5);
    for (let count = 0; count < 10_000; count += 1) pass(world);
    assert.ok(Math.abs(world.lines.length - 5000) < 500, String(world.lines.length)); // ten standard deviations
  });

  it('tells what was asked and what came of it, and no query', () => {
    const world = setUp(1);
    const headers = {
      'user-agent': 'curl/8',
      'x-request-id': 'r-1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    };
    pass(world, { ms: 4, request: toRequest({ headers, rows: toTally(3, 2, ['OUT_OF_RANGE']) }) });
    assert.deepEqual(world.lines, [
      {
        ...{ severity: 'INFO', event: 'REQUEST' },
        httpRequest: {
          ...{ requestMethod: 'POST', requestUrl: '/predict', status: 200 },
          ...{ latency: '0.004000s', userAgent: 'curl/8' },
        },
        ...{ requestId: 'r-1', route: '/predict' },
        rows: { read: 3, scored: 2, refused: 1 },
        model: MODEL,
        'logging.googleapis.com/trace': 'projects/p/traces/0af7651916cd43dd8448eb211c80319c',
      },
    ]);
  });
});
