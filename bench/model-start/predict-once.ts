import { createLocalStorage } from '../../src/adapters/local/storage.ts';
import { encodeInstances } from '../../src/features/instances.ts';
import { loadModel } from '../../src/model/source.ts';
import { scoreRows } from '../../src/score.ts';

/** Manifest, checksums, session, self-test, golden rows; then one instance by column. */
export async function predictOnce(folder: string): Promise<void> {
  const model = await loadModel(createLocalStorage(), folder);
  const instance = { OPERA: 'Grupo LATAM', TIPOVUELO: 'I', MES: 7 };
  const { predictions } = await scoreRows(model, encodeInstances(model.schema, [instance]));
  if (predictions.labels[0] !== 1) throw new Error('this is not what the model predicts');
}
