import type { CommandInput } from './command.ts';
import { toCount } from './progress.ts';
import type { PublishOutcome } from './publish-batches.ts';

/** What a person is told of a file that is published whole. */
export function toSummary(outcome: PublishOutcome, topic: string): string {
  return `Published ${toAmount(outcome)} to ${topic}.\n${toRemarks(outcome)}`;
}

/**
 * What a person is told of a file that is published in part: why, which rows are published for certain,
 * and the command that goes on.
 */
export function toFailureText(outcome: PublishOutcome, { values, lists, positionals }: CommandInput): string {
  const [topic = '', file = ''] = positionals;
  const { failure, safeRow, unsureRows } = outcome;
  const reason = failure instanceof Error ? failure.message : String(failure);
  const isPipe = file === '-';
  const safe =
    safeRow === 0
      ? `No row of ${isPipe ? 'standard input' : file} is published for certain.`
      : `The first ${toRows(safeRow)} of ${isPipe ? 'standard input' : file} are published; the rest is not.`;
  const unsure =
    unsureRows === 0
      ? ''
      : `Of the ${safeRow === 0 ? 'first ' : ''}${toRows(unsureRows)}${safeRow === 0 ? '' : ' after them'}, some or all may be published: they get other ids when they are published again, and are scored twice.\n`;
  const command = ['npx', 'scorestream', 'publish', topic, file, ...toFlags(values, lists)];
  if (safeRow > 0) command.push('--from-row', String(safeRow));
  const input = isPipe ? ', with the same input from its beginning' : '';
  return `${reason}\nPublished ${toAmount(outcome)} to ${topic}. ${safe}\n${unsure}${toRemarks(outcome)}Go on with${input}:\n  ${command.map(quote).join(' ')}\n`;
}

function toAmount({ messages, rows }: PublishOutcome): string {
  const count = `${toCount(messages)} ${messages === 1 ? 'message' : 'messages'}`;
  return rows === messages ? count : `${count} (${toRows(rows)})`;
}

function toRemarks({ badRows, repeated }: PublishOutcome): string {
  const bad = badRows === 0 ? '' : `${toRows(badRows)} can't be read: each becomes a dead letter.\n`;
  const twice =
    repeated === 0
      ? ''
      : `${toCount(repeated)} of the messages were sent more than once: some may be there twice.\n`;
  return `${bad}${twice}`;
}

function toRows(rows: number): string {
  return `${toCount(rows)} ${rows === 1 ? 'row' : 'rows'}`;
}

/** The flags as they were given, but for where it begins. */
function toFlags(values: CommandInput['values'], lists: CommandInput['lists']): string[] {
  const single = Object.entries(values).filter(([name]) => name !== 'from-row');
  const several = Object.entries(lists).flatMap(([name, list]) =>
    list.map((value) => [name, value] as const),
  );
  return [...single, ...several].flatMap(([name, value]) => [`--${name}`, String(value)]);
}

/** A word as a shell takes it. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
