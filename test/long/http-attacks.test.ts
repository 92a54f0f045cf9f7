// Attacks on the prediction function: others are served meanwhile, and its memory is afterwards what it was before.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type FunctionServer, startServer } from '../integration/function-server.ts';
import { toAttacks } from './http-attacks.ts';

/** Another client waits at most so long for a prediction, in milliseconds. */
const OTHERS_MS = 2000;

/** Memory may take so long to be given back, in milliseconds. */
const SETTLE_MS = 60_000;

const FLIGHT = '{"OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":7}';

let server: FunctionServer;
before(async () => {
  server = await startServer('predict', { source: join(import.meta.dirname, 'attacked-function.ts') });
});
after(() => server.kill());

async function predict(): Promise<number> {
  const start = performance.now();
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(server.url, { method: 'POST', headers, body: FLIGHT });
  assert.equal(answer.status, 200, await answer.text());
  return performance.now() - start;
}

async function readRssMib(): Promise<number> {
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** Memory after garbage was collected, in MiB; as soon as it is at most as much as asked for, else after a while. */
async function settle(mib: number, patienceMs: number): Promise<number> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    process.kill(server.pid, 'SIGUSR2');
    await predict();
    const now = await readRssMib();
    if (now <= mib || Date.now() > deadline) return now;
    await delay(250);
  }
}

async function underAttack(run: () => Promise<void>): Promise<number[]> {
  const waits: number[] = [];
  let isOver = false;
  const others = (async () => {
    while (!isOver) {
      waits.push(await predict());
      await delay(5);
    }
  })();
  await run().finally(() => {
    isOver = true;
  });
  await others;
  return waits.sort((a, b) => a - b);
}

describe('the prediction function withstands', () => {
  const files = Number(/Max open files\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
  for (const { why, run } of toAttacks(Math.min(10_000, files - 500))) {
    it(why, async (context) => {
      for (let round = 0; round < 2; round += 1) await run(server.url); // the first times something grows that stays: pools, code
      const before = await settle(0, 2000);
      const waits = await underAttack(() => run(server.url));
      const after = await settle(before * 1.1, SETTLE_MS);
      const [p50, worst] = [waits[waits.length >> 1] ?? 0, waits.at(-1) ?? 0];
      context.diagnostic(
        `memory ${before.toFixed(0)} and ${after.toFixed(0)} MiB; others waited ${p50.toFixed(1)} ms, ${worst.toFixed(0)} at most`,
      );
      assert.ok(after <= before * 1.1, `memory was ${before} MiB and is ${after}`);
      assert.ok(worst < OTHERS_MS, `somebody waited ${worst} ms`);
      assert.doesNotMatch(server.log(), /PROCESS_FAILED|REQUEST_FAILED/);
    });
  }
});
