import { parseArgs } from 'node:util';

/** What is asked for on the command line. */
export interface HttpLoadOptions {
  /** Where the function is; undefined to start one. */
  readonly url: string | undefined;
  readonly connections: number;
  /** Seconds a door. */
  readonly duration: number;
  /** An identity token, for a function that asks for one. */
  readonly token: string | undefined;
  /** The file that the results are written to as JSON. */
  readonly json: string | undefined;
}

const USAGE =
  'npm run load-test -- [URL] [--connections N] [--duration SECONDS] [--token IDENTITY-TOKEN] [--json FILE]';

/** Reads the command line; throws a RangeError, with the usage, for what is none. */
export function parseHttpOptions(words: readonly string[]): HttpLoadOptions {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      connections: { type: 'string', default: '100' },
      duration: { type: 'string', default: '50' },
      token: { type: 'string' },
      json: { type: 'string' },
    },
  });
  const [url, ...others] = positionals;
  if (others.length > 0) throw new RangeError(`There is one URL at most.\n${USAGE}`);
  if (url !== undefined && !/^https?:\/\/[^/?#]+\/?$/.test(url)) {
    throw new RangeError(
      `The URL is ${JSON.stringify(url)}: expected such as http://localhost:8080, without a path.\n${USAGE}`,
    );
  }
  return {
    url: url?.replace(/\/$/, ''),
    connections: toCount('connections', values.connections),
    duration: toCount('duration', values.duration),
    token: values.token,
    json: values.json,
  };
}

function toCount(name: string, text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw new RangeError(`--${name} is ${JSON.stringify(text)}: expected a whole number from 1.\n${USAGE}`);
}
