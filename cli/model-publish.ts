import { composeModelCheck, composePublication } from '../src/compose-model.ts';
import { ScorerError } from '../src/errors.ts';
import { type Command, usage } from './command.ts';
import { readSettings } from './settings.ts';

/** `scorestream model publish`: what is in a folder is served from another, from now on. */
export const modelPublish: Command = {
  usage: 'model publish DIR gs://BUCKET/PATH',
  summary:
    'Checks a model and publishes it: files under the names of their contents, then the manifest. Functions take it up by themselves.',
  flags: {},
  words: 2,
  async run({ positionals: [from = '', to = ''] }) {
    const config = readSettings(undefined, from);
    const target = readSettings(undefined, to).modelUri;
    if (target === config.modelUri)
      throw usage(`${from} and ${to} are one folder: name where it is served from.`);
    try {
      await composeModelCheck(config, undefined);
    } catch (error) {
      if (!(error instanceof ScorerError)) throw error;
      process.stderr.write(
        `${from} can't be served, so it is not published (${error.code}): ${error.message}\n`,
      );
      return 1;
    }
    const { identity, localDigest, replaced, files, isNew } = await composePublication(config, target);
    for (const { name, isNew: isNewFile } of files) {
      process.stdout.write(`${isNewFile ? 'Created' : 'Found  '} ${to}/${name}\n`);
    }
    process.stdout.write(
      isNew
        ? `Published ${identity.name} ${identity.version}: ${localDigest} here is ${identity.digest} there${replaced === undefined ? '' : `, in place of ${replaced}`}.\n`
        : `${identity.name} ${identity.version} (${identity.digest}) is published already.\n`,
    );
    return 0;
  },
};
