// Jobs whose processes are killed, at every third request.
import { defineKillTests } from '../faults/batch-lab/define-tests.ts';

defineKillTests('all');
