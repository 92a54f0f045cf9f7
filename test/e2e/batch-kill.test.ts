// Jobs whose processes are killed: at some requests. `npm run test:long` tries more.
import { defineKillTests } from '../faults/batch-lab/define-tests.ts';

defineKillTests('sample');
