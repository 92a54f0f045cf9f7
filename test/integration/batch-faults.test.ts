// Jobs in trouble: of each file of test/faults/batch some places. `npm run test:long` tries all of them.
import { defineFaultTests } from '../faults/batch-lab/define-tests.ts';

defineFaultTests('sample');
