// Requests a second of pushed messages against predictions, one instance each: `npm run bench:pushes [ROUNDS]`.
import { runWrk } from '../http/load.ts';
import { median } from '../median.ts';
import { startDoor } from './start.ts';

const ROUNDS = Number(process.argv[2] ?? 5);
const INSTANCE = '{"OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":7}';
const message = {
  data: Buffer.from(INSTANCE).toString('base64'),
  attributes: {},
  messageId: '12345678901234567',
  publishTime: '2026-01-02T03:04:05.678Z',
};
const push = JSON.stringify({ message, subscription: 'projects/p/subscriptions/features' });
const DOORS = {
  predict: { path: '/predict', contentType: 'application/json', body: `{"instances":[${INSTANCE}]}` },
  score: { path: '/features', contentType: 'application/json', body: push },
};

const rates: [number[], number[]] = [[], []];
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [index, target] of (['predict', 'score'] as const).entries()) {
    const door = await startDoor(target);
    const load = async (seconds: number): Promise<number> => {
      const run = await runWrk(door.url, DOORS[target], { connections: 100, seconds });
      if (run.wrongStatus + run.socketErrors > 0) throw new Error(`Requests to ${target} failed.`);
      return run.requests / run.seconds;
    };
    await load(2); // until the code is compiled
    rates[index]?.push(await load(4));
    await door.stop();
  }
}
const [predictions, pushes] = rates;
const ratios = pushes.map((rate, round) => rate / (predictions[round] ?? Number.NaN));
const show = (values: readonly number[], digits: number): string =>
  `${median(values).toFixed(digits)} [${Math.min(...values).toFixed(digits)}..${Math.max(...values).toFixed(digits)}]`;
console.log(`predictions: ${show(predictions, 0)} requests/s`);
console.log(`pushes:      ${show(pushes, 0)} requests/s`);
console.log(`pushes / predictions: ${show(ratios, 2)}`);
