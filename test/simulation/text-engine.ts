// A small engine over real text. A record is a line, whose line ends between quotes do not count; a row with an
// x in it fails.
import type { Plan } from '../../src/batch/protocol/plan.ts';
import { isHead } from '../../src/batch/protocol/plan.ts';
import { type Content, toContent } from './content.ts';
import type { Engine } from './engine.ts';

/** A record that has not ended after so many bytes is one bad row, which ends at its first line end. */
const MAX_RECORD = 24;

/** So many first rows must not all be bad. */
export const JUDGED_ROWS = 5;

/** What a record of the input is. */
export interface TextRecord {
  readonly end: number;
  readonly text: string;
  readonly isBlank: boolean;
  readonly isBad: boolean;
}

/** The record that begins at a byte. */
export function readRecord(input: string, from: number): TextRecord {
  let isQuoted = false;
  for (let at = from; at < input.length && at - from < MAX_RECORD; at += 1) {
    if (input[at] === '"') isQuoted = !isQuoted;
    if (input[at] === '\n' && !isQuoted) return toRecord(input, from, at + 1, false);
  }
  const isRest = !isQuoted && input.length - from < MAX_RECORD;
  if (isRest) return toRecord(input, from, input.length, false);
  const lineEnd = input.indexOf('\n', from);
  return toRecord(input, from, lineEnd === -1 ? input.length : lineEnd + 1, true);
}

function toRecord(input: string, from: number, end: number, isOpen: boolean): TextRecord {
  const text = input.slice(from, end).replace(/\n$/, '');
  const isBlank = text === '' && !isOpen;
  return { end, text, isBlank, isBad: !isBlank && (isOpen || text.includes('x')) };
}

/** Line ends in a text. */
export function countLines(text: string): number {
  return text.split('\n').length - 1;
}

/** The content of a bad row's line in `errors.csv`. */
export function toErrorRow(line: number, text: string): string {
  return `${line},${JSON.stringify(text)}\n`;
}

/** Creates the engine. */
export function createTextEngine(): Engine {
  return {
    head(input) {
      const text = textOf(input);
      if (text === '') return { code: 'EMPTY_FILE', message: 'The CSV is empty.' };
      const gzip = text.startsWith('gzip');
      const end = text.indexOf('\n');
      const start = end === -1 ? text.length : end + 1;
      return {
        gzip,
        dialect: { delimiter: ',', newline: '\n', bom: false },
        header: Buffer.from(text.slice(0, start)).toString('base64'),
        start,
        first_line: 2,
        header_crc32c: toContent(Buffer.from(text.slice(0, start))).crc32c,
      };
    },
    judge(input, plan) {
      const { text, start } = open(input, plan);
      if (text.startsWith('strange'))
        return { code: 'MISSING_COLUMN', message: 'The header lacks a column.' };
      let rows = 0;
      for (let at = start; at < text.length && rows < JUDGED_ROWS; ) {
        const record = readRecord(text, at);
        if (!record.isBlank && !record.isBad) return undefined;
        if (record.isBad) rows += 1;
        at = record.end;
      }
      if (rows < JUDGED_ROWS) return undefined;
      return { code: 'TOO_MANY_FAILED_ROWS', message: 'The first rows all fail.', reasons: [] };
    },
    guess(input, _plan, { from, to }, random) {
      const kind = random.next();
      if (kind < 0.1) return undefined;
      if (kind < 0.3) return random.between(from, to - 1);
      const lineEnd = textOf(input).indexOf('\n', from - 1);
      return lineEnd === -1 || lineEnd + 1 >= to ? undefined : lineEnd + 1;
    },
    score(input, plan, from, cpu, maxRows) {
      const { text, start, gzip } = open(input, plan);
      const bound = gzip ? text.length : (Math.floor(from / plan.shard_bytes) + 1) * plan.shard_bytes;
      let at = from;
      let [rows, failed, records] = [0, 0, 0];
      let predictions = from === start ? 'header\n' : '';
      let errors = '';
      while (at < text.length && at < bound && records < maxRows) {
        const record = readRecord(text, at);
        records += 1;
        if (record.isBad) {
          errors += toErrorRow(countLines(text.slice(from, at)), record.text);
          failed += 1;
        } else if (!record.isBlank) {
          predictions += `${JSON.stringify([record.text, plan.model.digest, cpu])}\n`;
        }
        if (!record.isBlank) rows += 1;
        at = record.end;
      }
      const read = text.slice(from, at);
      return {
        part: {
          start: from,
          end: at,
          last: at >= text.length,
          rows,
          failed,
          lines: countLines(read),
          input_crc32c: toContent(Buffer.from(read)).crc32c,
        },
        predictions: predictions === '' ? undefined : toContent(Buffer.from(predictions)),
        errors: errors === '' ? undefined : toContent(Buffer.from(errors)),
      };
    },
    renumber: (errors, lines) => toContent(Buffer.from(raise(textOf(errors), lines))),
    reasons: (errors, lines, limit) =>
      raise(textOf(errors), lines)
        .trimEnd()
        .split('\n')
        .slice(0, limit)
        .map((row) => ({ line: Number.parseInt(row, 10), code: 'INVALID_VALUE', message: row })),
  };
}

function raise(errors: string, lines: number): string {
  return errors.replace(/^\d+/gm, (line) => String(Number(line) + lines));
}

function open(
  input: Content,
  { head }: Plan,
): { readonly text: string; readonly start: number; readonly gzip: boolean } {
  return { text: textOf(input), start: isHead(head) ? head.start : 0, gzip: isHead(head) && head.gzip };
}

function textOf({ bytes = new Uint8Array() }: Content): string {
  return Buffer.from(bytes).toString();
}
