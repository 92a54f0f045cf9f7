#!/usr/bin/env node
import { ScorerError, show } from '../src/errors.ts';
import { nearest } from '../src/nearest.ts';
import { type Command, runCommand } from './command.ts';

/** Each command is loaded when it is called: `pull` doesn't pay for the model runtime. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve.ts')).serve,
  score: async () => (await import('./score.ts')).score,
  publish: async () => (await import('./publish.ts')).publish,
  'dead-letters list': async () => (await import('./dead-letters-list.ts')).deadLettersList,
  'dead-letters show': async () => (await import('./dead-letters-show.ts')).deadLettersShow,
  'dead-letters replay': async () => (await import('./dead-letters-replay.ts')).deadLettersReplay,
  jobs: async () => (await import('./jobs.ts')).jobs,
  'jobs resume': async () => (await import('./jobs-resume.ts')).jobsResume,
  pull: async () => (await import('./pull.ts')).pull,
  'model init': async () => (await import('./model-init.ts')).modelInit,
  'model check': async () => (await import('./model-check.ts')).modelCheck,
  'model pin': async () => (await import('./model-pin.ts')).modelPin,
  'model publish': async () => (await import('./model-publish.ts')).modelPublish,
  'model rollback': async () => (await import('./model-rollback.ts')).modelRollback,
  'model show': async () => (await import('./model-show.ts')).modelShow,
};

// whoever reads the output may leave first, as head does
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`Standard output can't be written (${error.message}).\n`);
  process.exit(1);
});

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  const [first] = words;
  if (first === undefined || first === '--help' || first === '-h') {
    process.stdout.write(await toOverview());
    return first === undefined ? 1 : 0;
  }
  try {
    const { name, load, rest } = findCommand(words);
    return await runCommand(name, await load(), rest);
  } catch (error) {
    if (!(error instanceof ScorerError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

/** A command is one word, or two: `model init`. */
function findCommand(words: readonly string[]): {
  readonly name: string;
  readonly load: () => Promise<Command>;
  readonly rest: readonly string[];
} {
  for (const count of [2, 1]) {
    const name = words.slice(0, count).join(' ');
    const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (load !== undefined) return { name, load, rest: words.slice(count) };
  }
  const [first = ''] = words;
  const family = Object.keys(COMMANDS).filter((name) => name.startsWith(`${first} `));
  const asked = family.length > 0 ? words.slice(0, 2).join(' ') : first;
  const near = nearest(asked, family.length > 0 ? family : Object.keys(COMMANDS));
  const listed = family.length > 0 ? `expected one of ${family.join(', ')}` : 'see scorestream --help';
  throw new ScorerError(
    `There is no command ${show(asked)}: ${near === undefined ? listed : `did you mean ${near}?`}`,
    { code: 'USAGE' },
  );
}

async function toOverview(): Promise<string> {
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  const rows = commands.map(({ usage, summary }) => `  ${usage}\n      ${summary}\n`);
  return `scorestream puts a trained tabular model to work.\n\n${rows.join('')}\n  COMMAND --help tells a command's flags.\n`;
}
