// Jobs in folders in trouble: of the files of test/faults/batch some places. `npm run test:long` tries all of them.
import { defineFaultTests } from '../faults/batch-lab/define-tests.ts';

defineFaultTests('local', 'sample');
