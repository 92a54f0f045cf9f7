import { composeRollback } from '../src/compose-model.ts';
import type { Command } from './command.ts';
import { readSettings } from './settings.ts';

/** `scorestream model rollback`: a model that was published before is served again. */
export const modelRollback: Command = {
  usage: 'model rollback gs://BUCKET/PATH [--to DIGEST]',
  summary:
    'Publishes the model again that was published before this one, or the one of a digest; the bucket must keep versions.',
  flags: { to: { value: 'DIGEST', help: 'the digest of the model to go back to (default: the one before)' } },
  words: 1,
  async run({ values: { to }, positionals: [folder = ''] }) {
    const { identity, replaced, isNew } = await composeRollback(
      readSettings(undefined, folder),
      to === undefined ? undefined : String(to),
    );
    const { name, version, digest } = identity;
    process.stdout.write(
      isNew
        ? `${name} ${version} (${digest}) is published again${replaced === undefined ? '' : `, in place of ${replaced}`}.\n`
        : `${name} ${version} (${digest}) is what is published now: nothing was changed.\n`,
    );
    return 0;
  },
};
