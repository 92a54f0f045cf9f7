// Requests a second of pushed messages against predictions, one instance each: `npm run bench:pushes [ROUNDS]`.
import { median } from '../median.ts';
import { startDoor } from './start.ts';
import { runWrk } from './wrk.ts';

const ROUNDS = Number(process.argv[2] ?? 5);
const INSTANCE = '{"OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":7}';
const message = {
  data: Buffer.from(INSTANCE).toString('base64'),
  attributes: {},
  messageId: '12345678901234567',
  publishTime: '2026-01-02T03:04:05.678Z',
};
const push = JSON.stringify({ message, subscription: 'projects/p/subscriptions/features' });
const common = { contentType: 'application/json', connections: 100, seconds: 4 };

const rates: [number[], number[]] = [[], []];
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [index, target] of (['predict', 'score'] as const).entries()) {
    const door = await startDoor(target);
    const [path, body] =
      target === 'predict' ? ['/predict', `{"instances":[${INSTANCE}]}`] : ['/features', push];
    const load = { ...common, url: door.url + path, body };
    await runWrk({ ...load, seconds: 2 }); // until the code is compiled
    rates[index]?.push((await runWrk(load)).rate);
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
