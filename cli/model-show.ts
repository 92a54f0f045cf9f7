import { type Command, usage } from './command.ts';

/** How long a function has to answer, in milliseconds. */
const ANSWER_MS = 30_000;

/** `scorestream model show`: what a running function serves. */
export const modelShow: Command = {
  usage: 'model show URL',
  summary: 'Tells which model a running function serves: name, version, digest, and since when.',
  flags: {},
  words: 1,
  async run({ positionals: [url = ''] }) {
    const answer = await askReadiness(url);
    const { model, since, refresh, error } = answer;
    if (model === undefined) {
      process.stderr.write(`No model is served: ${error ?? 'the answer does not say why'}\n`);
      return 1;
    }
    process.stdout.write(`${model.name} ${model.version} (${model.digest}), served since ${since}\n`);
    if (refresh !== undefined) {
      process.stdout.write(`Since ${refresh.since} it can't be replaced: ${refresh.error}\n`);
    }
    return 0;
  },
};

/** What `/ready` answers; see `functions/probes.ts`. */
interface Readiness {
  readonly model?: { readonly name: string; readonly version: string; readonly digest: string };
  readonly since?: string;
  readonly refresh?: { readonly error: string; readonly since: string };
  readonly error?: string;
}

async function askReadiness(url: string): Promise<Readiness> {
  if (!/^https?:\/\//i.test(url)) throw usage(`${url} is no URL: expected http://… or https://….`);
  const place = new URL('/ready', url);
  try {
    const response = await fetch(place, { signal: AbortSignal.timeout(ANSWER_MS) });
    return (await response.json()) as Readiness; // probes.ts
  } catch (error) {
    throw usage(
      `${place} gives no answer of a function (${error instanceof Error ? (error.cause ?? error.message) : error}).`,
    );
  }
}
