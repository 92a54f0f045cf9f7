// Tries a model that never comes to an end, for a test that ends this process meanwhile.
import { createTrialDescriber } from '../../src/trial/trial.ts';
import { endlessModel } from '../endless-model.ts';

const pinned = { file: 'model.onnx', sha256: '0'.repeat(64) };
void createTrialDescriber()({ pinned, bytes: endlessModel(), data: [] }, {});
