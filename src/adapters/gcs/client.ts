import { setTimeout as delay } from 'node:timers/promises';
import type { Storage as Sdk } from '@google-cloud/storage';
import { orAbort } from '../../byte-source.ts';
import { ScorerError, show } from '../../errors.ts';
import { isTransient } from './failures.ts';

/** How long requests are tried. */
export interface Patience {
  /** Tries of one request, the first among them. */
  readonly tries: number;
  /** The wait before the second try, in milliseconds; each further one is up to twice as long, 8 s at most. */
  readonly firstDelayMs: number;
  /** How long the server may be silent before a try counts as failed, in milliseconds. */
  readonly silenceMs: number;
}

const DEFAULT_PATIENCE: Patience = { tries: 5, firstDelayMs: 250, silenceMs: 30_000 };
const MAX_DELAY_MS = 8000;

/** Where Cloud Storage is, and how to speak to it. */
export interface ClientOptions {
  /** Host of a server for tests, with or without http:// before it. It gets no credentials. @default none */
  readonly emulatorHost?: string;
  /** Origin of the JSON API. @default https://storage.googleapis.com */
  readonly endpoint?: string;
  /** @default 5 tries, 250 ms before the second, 30 s of silence */
  readonly patience?: Partial<Patience>;
}

/** {@link ClientOptions} with defaults, and credentials. */
export interface Client {
  /** Origin of the JSON API, without a slash at its end. */
  readonly origin: string;
  readonly patience: Patience;
  /** The headers that authorise a request. @throws ScorerError `STORAGE_FAILED` when there are no credentials */
  authorization(signal: AbortSignal | undefined): Promise<Readonly<Record<string, string>>>;
  /** The joins under way, by the URI of what they make: when the last one of each has ended. */
  readonly joins: Map<string, Promise<unknown>>;
}

/** Creates a client; nothing is loaded or asked before its first request. */
export function createClient({ emulatorHost, endpoint, patience }: ClientOptions): Client {
  const origin = toOrigin(emulatorHost ?? endpoint ?? 'https://storage.googleapis.com');
  const normalised = { ...DEFAULT_PATIENCE, ...patience };
  return {
    origin,
    joins: new Map(),
    patience: normalised,
    authorization:
      emulatorHost === undefined ? createAuthorization(origin, normalised.silenceMs) : async () => ({}),
  };
}

function toOrigin(text: string): string {
  const url = URL.parse(/^https?:\/\//i.test(text) ? text : `http://${text}`);
  if (url === null) {
    throw new ScorerError(`${show(text)} is no place of Cloud Storage: expected a host and a port.`, {
      code: 'INVALID_CONFIG',
    });
  }
  return url.origin;
}

/** The SDK finds credentials and keeps them fresh; importing it is slow, so the first request does. */
function createAuthorization(origin: string, silenceMs: number): Client['authorization'] {
  let loading: Promise<Sdk['authClient']> | undefined;
  const load = async (): Promise<Sdk['authClient']> => {
    const { Storage } = await import('@google-cloud/storage');
    return new Storage().authClient;
  };
  const ask = async (): Promise<Readonly<Record<string, string>>> => {
    loading ??= load();
    return Object.fromEntries(await (await loading).getRequestHeaders(`${origin}/`));
  };
  return async (signal) => {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(new Error('Nobody answered.')), silenceMs);
    try {
      return await orAbort(
        ask(),
        AbortSignal.any(signal === undefined ? [limit.signal] : [limit.signal, signal]),
      );
    } catch (cause) {
      signal?.throwIfAborted();
      loading = undefined;
      const said = cause instanceof Error ? cause.message : String(cause);
      throw new ScorerError(
        `There are no credentials for Cloud Storage: ${said} On a laptop: gcloud auth application-default login.`,
        { code: 'STORAGE_FAILED', cause },
      );
    } finally {
      clearTimeout(timer);
    }
  };
}

/**
 * Runs a request until it succeeds, as often as the client's patience allows and as long as only
 * transient things go wrong.
 */
export async function withTries<T>(
  { patience }: Client,
  signal: AbortSignal | undefined,
  run: () => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    signal?.throwIfAborted();
    try {
      return await run();
    } catch (error) {
      signal?.throwIfAborted();
      if (!isTransient(error)) throw error;
      if (tries >= patience.tries) throw giveUp(error, tries);
      await pause(patience, tries, signal);
    }
  }
}

/** The error of the last try, with their number. */
export function giveUp(error: ScorerError, tries: number): ScorerError {
  const message = `${error.message.replace(/\.$/, '')}, ${tries} times.`;
  return new ScorerError(message, { code: error.code, cause: error.cause ?? error, detail: error.detail });
}

/** Waits before another try: between half and all of a delay that doubles, so that many waiters spread. */
export async function pause(patience: Patience, tries: number, signal?: AbortSignal): Promise<void> {
  const longest = Math.min(MAX_DELAY_MS, patience.firstDelayMs * 2 ** (tries - 1));
  const ms = longest * (0.5 + Math.random() / 2);
  await delay(ms, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
}
