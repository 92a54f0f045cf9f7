// Tries a model that never ends, until it is killed itself.
import { createTrialDescriber } from '../../src/trial/trial.ts';
import { ENDLESS_MODEL } from '../unit/endless-model.ts';

const bare = { pinned: { file: 'model.onnx', sha256: '' }, bytes: ENDLESS_MODEL, data: [] };
await createTrialDescriber()(bare, {});
