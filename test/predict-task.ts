// A request to predict, without a server.
import { createAdmission } from '../functions/http/admission.ts';
import type { BodyKind } from '../functions/http/content-type.ts';
import type { PredictTask } from '../functions/http/predict.ts';
import { RowTally } from '../functions/row-tally.ts';
import { scoreDocument } from '../src/batch/score-document.ts';

/** What `predict` takes for a body, within bounds that nobody else uses. */
export function toPredictTask(kind: BodyKind, text: string, query = ''): PredictTask {
  return {
    ...{ kind, query, body: Buffer.from(text), accept: undefined, isVertex: false, headers: {} },
    admitted: createAdmission().admit(0, {}),
    rows: new RowTally(),
    loadDocumentScorer: async () => scoreDocument,
    isGone: () => false,
    begin: () => undefined,
  };
}
