// The golden rows through HTTP, messages and files; and the same row gives the same bits on every way.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { createLocalStorage } from '../../src/adapters/local/storage.ts';
import { toShortest } from '../../src/encode/number.ts';
import { encodeInstances } from '../../src/features/instances.ts';
import type { Model } from '../../src/model/model.ts';
import { loadModel } from '../../src/model/source.ts';
import { scoreRows } from '../../src/score.ts';
import { type FunctionServer, readOutput, startServer } from './function-server.ts';

interface GoldenRow {
  readonly raw?: Readonly<Record<string, string | number>>;
  readonly x: readonly number[];
  readonly probability: number;
  readonly label: number;
}

const modelDir = join(import.meta.dirname, '../../model-files/flight-delay');
const { rows: golden, tolerance } = JSON.parse(await readFile(join(modelDir, 'reference.json'), 'utf8')) as {
  readonly rows: readonly GoldenRow[];
  readonly tolerance: number;
};

/** A row as `label probability`, the probability as the text that a door gave. */
type Printed = string;

let predict: FunctionServer;
let score: FunctionServer;
let model: Model;
let count = 0;

before(async () => {
  [predict, score] = await Promise.all([startServer('predict'), startServer('score')]);
  model = await loadModel(createLocalStorage(), modelDir);
  await mkdir(score.inboxDir, { recursive: true });
});

after(async () => {
  await Promise.all([predict.stop(), score.stop(), model.release()]);
});

/** Takes `"label":1,"probability":0.5` apart as text: a parsed number would hide how it was printed. */
function printedIn(text: string): Printed[] {
  return [...text.matchAll(/"label":"?(\d)"?,"probability":([^,}]+)/g)].map(
    ([, label, number]) => `${label} ${number}`,
  );
}

async function overHttp(body: string, contentType: string): Promise<Printed[]> {
  const answer = await fetch(predict.url, { method: 'POST', headers: { 'content-type': contentType }, body });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return contentType === 'text/csv' ? printedInCsv(text) : printedIn(text);
}

async function overMessage(data: string, contentType: string): Promise<Printed[]> {
  count += 1;
  const id = `m${count}`;
  assert.equal(await score.push('/features', { id, data, attributes: { 'content-type': contentType } }), 204);
  const messages = (await score.topic('predictions')).map(({ data: bytes }) => Buffer.from(bytes).toString());
  const mine = messages.filter((text) => text.includes(`"message_id":"${id}"`));
  const ids = mine.map((text) => (JSON.parse(text) as { prediction_id: string }).prediction_id);
  assert.deepEqual(
    ids,
    [...mine.keys()].map((row) => `${id}/${row}`),
  );
  return mine.flatMap(printedIn);
}

async function overFile(csv: string): Promise<Printed[]> {
  count += 1;
  const name = `f${count}.csv`;
  await writeFile(join(score.inboxDir, name), csv);
  assert.equal(await score.notify(name), 204);
  return printedInCsv(await readOutput(join(score.outputDir, `f${count}`), 'predictions.csv'));
}

function printedInCsv(text: string): Printed[] {
  return text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').slice(-2).join(' '));
}

function toCsv(rows: readonly Readonly<Record<string, string | number>>[]): string {
  const names = Object.keys(rows[0] ?? {});
  return `${[names, ...rows.map((row) => names.map((name) => row[name]))].map((row) => row.join(',')).join('\n')}\n`;
}

function named(x: readonly number[]): Record<string, number> {
  return Object.fromEntries(model.schema.featureNames.map((name, index) => [name, x[index] ?? Number.NaN]));
}

function assertGolden(printed: readonly Printed[], rows: readonly GoldenRow[]): void {
  assert.equal(printed.length, rows.length);
  rows.forEach((row, index) => {
    const [label, probability] = (printed[index] ?? '').split(' ').map(Number);
    assert.equal(label, row.label);
    assert.ok(
      Math.abs((probability ?? Number.NaN) - row.probability) <= tolerance,
      `row ${index}: ${probability}`,
    );
  });
}

describe('the golden rows', () => {
  const withRaw = golden.filter(({ raw }) => raw !== undefined);
  const forms: readonly (readonly [
    string,
    readonly GoldenRow[],
    () => { json: readonly unknown[]; csv: string },
  ])[] = [
    [
      'arrays and one-hot CSV',
      golden,
      () => ({ json: golden.map(({ x }) => x), csv: toCsv(golden.map(({ x }) => named(x))) }),
    ],
    [
      'named features',
      golden,
      () => ({ json: golden.map(({ x }) => named(x)), csv: toCsv(golden.map(({ x }) => named(x))) }),
    ],
    [
      'columns and raw CSV',
      withRaw,
      () => ({ json: withRaw.map(({ raw }) => raw), csv: toCsv(withRaw.map(({ raw }) => raw ?? {})) }),
    ],
  ];
  it('are twelve, eight of them with columns', () => {
    assert.deepEqual([golden.length, withRaw.length], [12, 8]);
  });
  for (const [name, rows, make] of forms) {
    it(`come out as ${name}, the same to the digit through all three doors`, async () => {
      const { json, csv } = make();
      const document = JSON.stringify({ instances: json });
      const ways = [
        await overHttp(document, 'application/json'),
        await overHttp(csv, 'text/csv'),
        await overHttp(json.map((each) => JSON.stringify(each)).join('\n'), 'application/x-ndjson'),
        await overMessage(document, 'application/json'),
        await overMessage(csv, 'text/csv'),
        await overFile(csv),
      ];
      for (const way of ways) assertGolden(way, rows);
      for (const way of ways) assert.deepEqual(way, ways[0]);
    });
  }

  it("answers the original's example with its exact body", async () => {
    const x = JSON.stringify(golden[0]?.x);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await fetch(predict.url, { method: 'POST', headers, body: `x=${x}` });
    assert.equal(await answer.text(), `{"model_prediction":"[1]","received_data":{"x":"${x}"}}`);
  });
});

describe('the same row gives the same bits', () => {
  const row = fc.array(fc.oneof(fc.constantFrom(0, 1), fc.float({ noNaN: true, min: -1000, max: 1000 })), {
    minLength: 37,
    maxLength: 37,
  });
  const bitsOf = async (rows: readonly (readonly number[])[]): Promise<string[]> => {
    const { predictions } = await scoreRows(model, encodeInstances(model.schema, rows));
    return Array.from(predictions.probability, toShortest);
  };

  it('alone, in pairs, among 999, and through all three doors', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 2, maxLength: 12 }), async (rows) => {
        const alone = (await Promise.all(rows.map((each) => bitsOf([each])))).flat();
        const many = Array.from({ length: 999 }, (_, index) => rows[index % rows.length] ?? []);
        assert.deepEqual(await bitsOf(rows), alone);
        assert.deepEqual(await bitsOf(rows.slice(0, 2)), alone.slice(0, 2));
        assert.deepEqual(
          await bitsOf(many),
          many.map((_, index) => alone[index % rows.length]),
        );
        const json = JSON.stringify({ instances: rows });
        const csv = toCsv(rows.map(named));
        for (const way of [
          await overHttp(json, 'application/json'),
          await overMessage(json, 'application/json'),
          await overFile(csv),
        ]) {
          assert.deepEqual(
            way.map((each) => each.split(' ')[1]),
            alone,
          );
        }
      }),
      { numRuns: 25 },
    );
  });
});
