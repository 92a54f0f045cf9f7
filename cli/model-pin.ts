import { composeRepin } from '../src/compose-model.ts';
import { type Command, usage } from './command.ts';
import { readSettings } from './settings.ts';

/** `scorestream model pin`: after a manifest or a file beside it was changed by hand. */
export const modelPin: Command = {
  usage: 'model pin DIR',
  summary:
    'Pins the files of an edited manifest again, and predicts golden rows again that the model itself predicted.',
  flags: {},
  words: 1,
  async run({ positionals: [folder = ''] }) {
    const config = readSettings(undefined, folder);
    if (config.modelUri.startsWith('gs://')) {
      throw usage(`${folder} is published: change the local folder, pin it, and publish it.`);
    }
    const rows = await composeRepin(config);
    const predicted = rows === undefined ? '' : `, and ${rows} golden rows were predicted again`;
    process.stdout.write(`The files of ${folder} are pinned as they are${predicted}.\n`);
    return 0;
  },
};
