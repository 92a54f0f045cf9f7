import { composePullSubscription } from '../src/compose.ts';
import { describeLetter } from '../src/encode/replay.ts';
import type { Command } from './command.ts';
import { toLetterText } from './letter-text.ts';
import { checkSubscription, LETTER_FLAGS, tellEnd, toLimit, toNothing, walkLetters } from './letters.ts';
import { readSettings } from './settings.ts';

/** Bytes of a letter's data that are shown without `--full`. */
const SHOWN_BYTES = 2000;

/** `scorestream dead-letters show`: letters with all that is known of them. */
export const deadLettersShow: Command = {
  usage: 'dead-letters show SUBSCRIPTION [--code CODE] [--limit N] [--full]',
  summary: 'Prints dead letters, their attributes and data. All stay where they are.',
  flags: { ...LETTER_FLAGS, full: { help: `all of the data, not its first ${SHOWN_BYTES} bytes` } },
  words: 1,
  async run({ values, positionals: [name = ''] }) {
    const config = readSettings(values['data']);
    checkSubscription(name, config);
    const limit = toLimit(values['limit']);
    const maxBytes = values['full'] === true ? Number.POSITIVE_INFINITY : SHOWN_BYTES;
    const isTerminal = process.stdout.isTTY === true;
    let shown = 0;
    const walk = await walkLetters(await composePullSubscription(config, name), limit, async (letters) => {
      for (const letter of letters) {
        if (values['code'] !== undefined && describeLetter(letter).code !== values['code']) continue;
        process.stdout.write(toLetterText(letter, { maxBytes, isTerminal }));
        shown += 1;
      }
      return [];
    });
    if (shown === 0) process.stdout.write(toNothing(name, walk, values['code']));
    return tellEnd(walk);
  },
};
