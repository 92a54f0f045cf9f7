// The program gunzip alone, into nothing: `node gunzip-program.ts FILE`. Its memory is not measured.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { printTime } from '../stopwatch.ts';

const [, , file = ''] = process.argv;

await printTime(async () => {
  const [code] = await once(spawn('gunzip', ['-c', file], { stdio: 'ignore' }), 'exit');
  if (code !== 0) throw new Error(`gunzip ended with ${code}`);
  return null;
});
