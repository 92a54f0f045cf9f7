#!/usr/bin/env node
import { ScorerError, show } from '../src/errors.ts';
import { nearest } from '../src/nearest.ts';
import { type Command, runCommand } from './command.ts';

/** Each command is loaded when it is called: `pull` doesn't pay for the model runtime. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve.ts')).serve,
  score: async () => (await import('./score.ts')).score,
  publish: async () => (await import('./publish.ts')).publish,
  pull: async () => (await import('./pull.ts')).pull,
};

// whoever reads the output may leave first, as head does
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await main(process.argv.slice(2));

async function main([name, ...words]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h') {
    process.stdout.write(await toOverview());
    return name === undefined ? 1 : 0;
  }
  try {
    const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (load === undefined) {
      const near = nearest(name, Object.keys(COMMANDS));
      const hint = near === undefined ? 'see scorestream --help' : `did you mean ${near}?`;
      throw new ScorerError(`There is no command ${show(name)}: ${hint}`, { code: 'USAGE' });
    }
    return await runCommand(name, await load(), words);
  } catch (error) {
    if (!(error instanceof ScorerError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

async function toOverview(): Promise<string> {
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  const rows = commands.map(({ usage, summary }) => `  ${usage}\n      ${summary}\n`);
  return `scorestream puts a trained tabular model to work.\n\n${rows.join('')}\n  COMMAND --help tells a command's flags.\n`;
}
