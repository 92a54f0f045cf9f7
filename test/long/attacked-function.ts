// The functions as they are, in a process that collects its garbage when it is asked to (SIGUSR2).
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void; // V8's own, which the flag brings
process.on('SIGUSR2', collect);
await import('../../functions/index.ts');
