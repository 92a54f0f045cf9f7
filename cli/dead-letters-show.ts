import { isUtf8 } from 'node:buffer';
import { describeLetter } from '../src/encode/replay.ts';
import type { PulledMessage } from '../src/ports/pull-subscription.ts';
import type { Command } from './command.ts';
import { LETTER_FLAGS, openLetters, toLimit, walkLetters } from './letters.ts';
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
    const maxBytes = values['full'] === true ? Number.POSITIVE_INFINITY : SHOWN_BYTES;
    let shown = 0;
    await walkLetters(await openLetters(config, name), toLimit(values['limit']), async (letters) => {
      for (const letter of letters) {
        if (values['code'] !== undefined && describeLetter(letter).code !== values['code']) continue;
        process.stdout.write(toText(letter, maxBytes));
        shown += 1;
      }
      return [];
    });
    if (shown === 0) process.stdout.write(`No letter waits in ${name}.\n`);
    return 0;
  },
};

function toText({ messageId, publishTime, attributes, data }: PulledMessage, maxBytes: number): string {
  const lines = Object.entries(attributes).map(([key, value]) => `  ${key}: ${value}\n`);
  return `Letter ${messageId}, ${publishTime}\n${lines.join('')}\n${toShown(data, maxBytes)}\n\n`;
}

/** Text where it is UTF-8, else base64. */
function toShown(data: Uint8Array, maxBytes: number): string {
  const bytes = Buffer.from(data);
  const isCut = bytes.length > maxBytes;
  const text = isUtf8(bytes)
    ? new TextDecoder().decode(bytes.subarray(0, maxBytes), { stream: isCut })
    : `base64: ${bytes.subarray(0, maxBytes).toString('base64')}`;
  return isCut ? `${text}… (${bytes.length} bytes: see --full)` : text;
}
