import { toContent } from './content.ts';
import type { Random } from './random.ts';
import { createTextEngine } from './text-engine.ts';
import type { WorldOptions } from './world.ts';

/** A world for a small text in which nothing goes wrong, but for what the options say. */
export function smallWorld(
  text: string,
  shardBytes: number,
  options: Partial<WorldOptions> = {},
): WorldOptions {
  return {
    seed: 1,
    input: toContent(Buffer.from(text)),
    engine: createTextEngine(),
    settings: {
      outputUri: 'gs://out/results',
      engine: 1,
      shardBytes,
      maxFailedRatio: undefined,
      engineOptions: {},
      objectsTopic: 'objects',
    },
    broker: {
      workers: 8,
      ackDeadlineS: 60,
      maxAttempts: 100,
      minBackoffS: 1,
      maxBackoffS: 60,
      maxDelayS: 1,
      duplicates: 0,
      maxDuplicateS: 300,
      lost: 0,
    },
    nextFault: () => 'none',
    requestS: 0.1,
    bytesPerS: 1e6,
    deadlineS: 50,
    maxFrozenS: 600,
    hasty: 0,
    otherEngine: 0,
    cpus: ['a'],
    hasUuids: true,
    ...options,
  };
}

const PIECES = [
  '1,2\n',
  '3,4\n',
  'x,5\n',
  '"6\n7",8\n',
  '"9"",\n10"\n',
  '\n',
  '"',
  '"\n',
  '12345678901234567890\n',
  '""\n',
];

/** A small input: mostly rows, sometimes nothing but quotes and line ends. */
export function randomText(random: Random): string {
  const kind = random.next();
  if (kind < 0.02) return '';
  const header = kind < 0.05 ? 'strange\n' : kind < 0.12 ? 'gzip\n' : 'a,b\n';
  const pieces = kind > 0.85 ? ['"', '\n', '"\n', '""', '\n"'] : kind > 0.8 ? ['x\n', '1\n'] : PIECES;
  const body = Array.from({ length: random.between(0, 60) }, () => random.pick(pieces)).join('');
  return header + (random.isHit(0.3) ? body.trimEnd() : body);
}
