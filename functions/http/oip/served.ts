import { ScorerError, show } from '../../../src/errors.ts';
import type { ModelIdentity } from '../../../src/model/model.ts';

/**
 * Checks that a path names the model that is served.
 *
 * @param version undefined for whichever is served
 * @throws ScorerError `NOT_FOUND`
 */
export function checkServed(served: ModelIdentity, name: string, version: string | undefined): void {
  const isServed = served.name === name && (version === undefined || served.version === version);
  if (isServed) return;
  const asked = version === undefined ? show(name) : `${show(name)} of version ${show(version)}`;
  throw new ScorerError(
    `There is no model ${asked}: ${show(served.name)} of version ${show(served.version)} is served.`,
    { code: 'NOT_FOUND' },
  );
}
