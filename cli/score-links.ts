import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ScoreTask } from './score-outputs.ts';
import { STANDARD_OUTPUT } from './score-outputs.ts';
import { isRemote } from './shown-path.ts';

/** Tasks with the places that their inputs and folders have once all links are followed; pipes and URIs stay. */
export async function followLinks(tasks: readonly ScoreTask[]): Promise<readonly ScoreTask[]> {
  return Promise.all(
    tasks.map(async ({ input, output }) => ({
      input: input.isPipe || isRemote(input.uri) ? input : { ...input, uri: await toReal(input.uri) },
      output: output === STANDARD_OUTPUT || isRemote(output) ? output : await toReal(output),
    })),
  );
}

/** Of what isn't there yet, the part that is. */
async function toReal(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : `${await toReal(above)}${path.slice(above.length)}`;
  }
}
