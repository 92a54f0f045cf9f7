import { isUtf8 } from 'node:buffer';
import type { PulledMessage } from '../src/ports/pull-subscription.ts';
import { toOneLine } from './table.ts';

/** How a letter is shown. */
export interface LetterTextOptions {
  /** Bytes of the data that are shown. */
  readonly maxBytes: number;
  /** Whether it goes to a terminal, which must not obey what a letter holds. */
  readonly isTerminal: boolean;
}

/** A letter with all its attributes, one a line, and its data: text where it is UTF-8, else base64. */
export function toLetterText(letter: PulledMessage, options: LetterTextOptions): string {
  const { messageId, publishTime, attributes, data } = letter;
  const lines = Object.entries(attributes).map(([key, value]) => `  ${toOneLine(`${key}: ${value}`)}\n`);
  return `Letter ${messageId}, ${publishTime}\n${lines.join('')}\n${toShown(data, options)}\n\n`;
}

function toShown(data: Uint8Array, { maxBytes, isTerminal }: LetterTextOptions): string {
  const bytes = Buffer.from(data);
  const isCut = bytes.length > maxBytes;
  const text = isUtf8(bytes)
    ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, maxBytes), { stream: isCut })
    : `base64: ${bytes.subarray(0, maxBytes).toString('base64')}`;
  const shown = isTerminal ? text.replace(/[^\P{Cc}\t\r\n]/gu, '\ufffd') : text;
  return isCut ? `${shown}… (${bytes.length} bytes: see --full)` : shown;
}
