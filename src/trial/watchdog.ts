/**
 * A thread beside a trial: ends the process when its parent is gone. The main thread can't, while the
 * native runtime keeps it, and would go on for ever.
 */
import { workerData } from 'node:worker_threads';

const LOOK_MS = 500;

setInterval(() => {
  if (process.ppid !== workerData) process.kill(process.pid, 'SIGKILL');
}, LOOK_MS);
