// What a document shows of commands: the commands themselves, and what they print.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** A fenced block of a document. */
export interface Block {
  /** The word after the fence: `console`, `python`, … */
  readonly kind: string;
  readonly text: string;
}

/** A command of a `console` block. */
export interface Step {
  readonly command: string;
  readonly output: string;
  /** What the terminal of `npm start` says of it: the `text` block that begins with "Scored". */
  readonly served: string | undefined;
}

/** The fenced blocks of a document, in order. */
export function readBlocks(path: string): readonly Block[] {
  const text = readFileSync(join(root, path), 'utf8');
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, kind = '', content = '']) => ({
    kind,
    text: content,
  }));
}

/** The commands of a document's `console` blocks, in order. */
export function toSteps(blocks: readonly Block[]): readonly Step[] {
  const steps: Step[] = [];
  for (const { kind, text } of blocks) {
    if (kind === 'console') steps.push(...text.split(/^\$ /m).slice(1).map(toStep));
    const last = steps.at(-1);
    if (kind === 'text' && text.startsWith('Scored ') && last !== undefined) {
      steps[steps.length - 1] = { ...last, served: text };
    }
  }
  return steps;
}

function toStep(part: string): Step {
  const [command = '', ...output] = part.split('\n');
  return { command, output: output.join('\n'), served: undefined };
}
