// Jobs in folders in trouble: each file of test/faults/batch, with its trouble at every place where it can come.
import { defineFaultTests } from '../faults/batch-lab/define-tests.ts';

defineFaultTests('local', 'all');
