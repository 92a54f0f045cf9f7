import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { ScorerError, show } from '../src/errors.ts';
import { nearest } from '../src/nearest.ts';
import { toOneLine } from './table.ts';

/** What a command line gave to a command. */
export interface CommandInput {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  /** The values of flags that may be given several times, in order; none for one that was not given. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly positionals: readonly string[];
}

/** One command of the command line. */
export interface Command {
  /** How it is called, such as `score FILE.csv [-o DIR|-]`. */
  readonly usage: string;
  readonly summary: string;
  /** Its flags: each with a line of help. */
  readonly flags: Readonly<Record<string, Flag>>;
  /** How many words it takes besides flags; `any` where the command itself looks at them. */
  readonly words: number | 'any';
  /** @returns the exit code */
  run(input: CommandInput): Promise<number>;
}

/** A flag of a command. */
export interface Flag {
  readonly short?: string;
  /** Stands for the value in the help. A flag without it takes no value: it is `true` when given. */
  readonly value?: string;
  /** Lets a flag with a value be given several times: its values are in {@link CommandInput.lists}. */
  readonly multiple?: true;
  readonly help: string;
}

/** Parses a command's words, refuses what it doesn't know, and runs it. */
export async function runCommand(name: string, command: Command, words: readonly string[]): Promise<number> {
  if (words.includes('--help') || words.includes('-h')) {
    process.stdout.write(toHelp(command));
    return 0;
  }
  const input = parse(name, command, words);
  if (command.words !== 'any' && input.positionals.length !== command.words) {
    throw usage(
      `${name} takes ${command.words} word(s), got ${input.positionals.length}: scorestream ${command.usage}`,
    );
  }
  return command.run(input);
}

function parse(name: string, command: Command, words: readonly string[]): CommandInput {
  const options: ParseArgsOptionsConfig = Object.fromEntries(
    Object.entries(command.flags).map(([flag, { short, value, multiple = false }]) => [
      flag,
      {
        type: value === undefined ? 'boolean' : 'string',
        multiple,
        ...(short === undefined ? {} : { short }),
      } as const,
    ]),
  );
  const { tokens } = parseArgs({ args: [...words], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'option' && !Object.hasOwn(command.flags, token.name)) {
      const near = nearest(token.name, Object.keys(command.flags));
      const hint = near === undefined ? `see scorestream ${name} --help` : `did you mean --${near}?`;
      throw usage(`${name} has no flag ${show(token.rawName)}: ${hint}`);
    }
  }
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
    return { ...sortValues(values), positionals };
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

function sortValues(values: ReturnType<typeof parseArgs>['values']): Omit<CommandInput, 'positionals'> {
  const single: Record<string, string | boolean | undefined> = {};
  const lists: Record<string, readonly string[]> = {};
  for (const [flag, value] of Object.entries(values)) {
    if (Array.isArray(value)) lists[flag] = value.map(String);
    else single[flag] = value;
  }
  return { values: single, lists };
}

function toHelp({ usage: line, summary, flags }: Command): string {
  const rows = Object.entries(flags).map(([name, { short, value, help }]) => {
    const flag = `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
    return `  ${flag.padEnd(24)} ${help}\n`;
  });
  const listed = rows.length > 0 ? `\n${rows.join('')}` : '';
  return `scorestream ${line}\n\n${summary}\n${listed}`;
}

/** A mistake in how a command was called. Names in the message may hold anything: it is made one line. */
export function usage(message: string): ScorerError {
  return new ScorerError(toOneLine(message), { code: 'USAGE' });
}
