import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../src/config.ts';
import type { ExampleFiles } from './examples.ts';
import type { LogLine } from './function-process.ts';
import { isRemote, shownPath } from './shown-path.ts';

/** What `serve` says when all of it runs: where everything is, and a line to try each door. */
export function toBanner(
  config: Config,
  { port, scorePort }: { readonly port: number; readonly scorePort: number },
  examples: ExampleFiles,
): string {
  const inbox = shownPath(config.inboxDir);
  const data = shownPath(config.dataDir);
  const isOnEmulator = config.pubsubEmulatorHost !== '';
  const topics = isOnEmulator
    ? `topics               the Pub/Sub emulator at ${config.pubsubEmulatorHost}, project ${config.project}
  results              ${data}`
    : `topics and results   ${data}`;
  return `Serving ${shownPath(config.modelUri)}. Ctrl-C stops it.

  prediction function  http://localhost:${port}
  scoring function     http://localhost:${scorePort}
  inbox                ${inbox}
  ${topics}

Try each door, in another terminal:
  curl -s localhost:${port}/predict -H 'Content-Type: application/json' -d @${shownPath(examples.json)}
  npx scorestream publish ${config.featuresTopic} ${shownPath(examples.json)}${isOnEmulator || data === '.scorestream' ? '' : ` --data ${data}`}
  cp ${shownPath(examples.csv)} ${inbox}/

`;
}

/** Tells a person what a log line means to them; says nothing of the rest. */
export function tell(line: LogLine, inboxDir: string): void {
  const text = toSentence(line, inboxDir);
  if (text !== undefined) process.stdout.write(`${text}\n`);
}

function toSentence(line: LogLine, inboxDir: string): string | undefined {
  const { event, severity, message } = line;
  if (event === 'JOB_SUCCEEDED') {
    const { scored, failed } = line['rows'] as { scored: number; failed: number }; // logged by score-event.ts
    return `Scored ${nameOf(line['uri'], inboxDir)}: ${scored} ${scored === 1 ? 'row' : 'rows'}, ${failed} failed → ${shownPath(String(line['folder']))}`;
  }
  if (event === 'JOB_FAILED') {
    return `Failed ${nameOf(line['uri'], inboxDir)}: ${line['error']} (${line['code']}) → ${shownPath(String(line['folder']))}`;
  }
  if (event === 'MODEL_LOADED' && line['replaces'] !== undefined) {
    const { name, version, digest } = line['model'] as Record<string, string>; // logged by model-log.ts
    return `The ${line['target']} function serves ${name} ${version} (${digest}) now.`;
  }
  if (event === 'JOB_PLANNED') {
    const name = nameOf(line['uri'], inboxDir);
    return `Scoring ${name}, ${line['shards']} of its shards to do: npx scorestream jobs tells how far it is.`;
  }
  if (event === 'OBJECT_SKIPPED') return `Skipped ${line['name']}: ${message}`;
  if (severity !== 'WARNING' && severity !== 'ERROR') return undefined;
  const facts = ['code', 'status', 'reason', 'messageId', 'attempt'].filter(
    (name) => line[name] !== undefined,
  );
  return `${severity} ${event}: ${message} ${facts.map((name) => `${name}=${line[name]}`).join(' ')}`.trimEnd();
}

function nameOf(uri: unknown, inboxDir: string): string {
  return isRemote(String(uri)) ? String(uri) : relative(inboxDir, fileURLToPath(String(uri)));
}
