import { type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { urlToHttpOptions } from 'node:url';
import { type Client, withTries } from './client.ts';
import { broken, type Doing, failed, refused } from './failures.ts';

/**
 * Requests of our own over node:http. Those of the SDK (8.4.0) have no time bound and can't be
 * aborted, and when one of its read streams is destroyed early, the agent it shares with all other
 * requests of the process ends them too.
 */

/** A request to the JSON API. */
export interface Exchange {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Absolute. What follows its host is sent as it stands here. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent one after the other. */
  readonly body?: readonly Uint8Array[];
  /** Answers that the caller understands, besides 2xx. @default none */
  readonly expected?: readonly number[];
  /** For messages: what is being done, and to which URI. */
  readonly doing: Doing;
  readonly uri: string;
}

/** An answer whose body has not been read. */
export interface OpenAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: IncomingMessage;
}

/** An answer as a whole. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** What a slow line still carries: the time for a body grows with it. */
const SLOWEST_BYTES_PER_MS = 32;

/** A page of a listing, the largest answer that is read as a whole, has at most 1,000 objects. */
const MAX_TEXT_BYTES = 32 * 1024 * 1024;

/** A request whose answer is read as a whole, tried more than once where that may help. */
export async function call(
  client: Client,
  request: Exchange,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  return withTries(client, signal, () => exchange(client, request, signal));
}

/** One try of a request whose answer is read as a whole. @throws ScorerError for what was not expected */
export async function exchange(
  client: Client,
  request: Exchange,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const { status, headers, body } = await open(client, request, signal);
  return { status, headers, text: await readText(client, request, body, signal) };
}

/**
 * One try of a request whose answer is read piece by piece. Who gets it reads its body or destroys it.
 *
 * @throws ScorerError for what was not expected
 */
export async function open(
  client: Client,
  request: Exchange,
  signal: AbortSignal | undefined,
): Promise<OpenAnswer> {
  const authorization = await client.authorization(signal);
  signal?.throwIfAborted();
  const answer = await send(client, request, authorization, signal);
  const { status, body } = answer;
  if ((status >= 200 && status < 300) || request.expected?.includes(status)) return answer;
  throw refused(request.doing, request.uri, {
    status,
    text: await readText(client, request, body, signal),
  });
}

function send(
  client: Client,
  { method, url, headers = {}, body = [], doing, uri }: Exchange,
  authorization: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<OpenAnswer> {
  return new Promise((resolve, reject) => {
    const target = urlToHttpOptions(new URL(url));
    const bodyBytes = body.reduce((sum, part) => sum + part.length, 0);
    const outgoing = (target.protocol === 'https:' ? requestHttps : requestHttp)({
      ...target,
      path: url.slice(url.indexOf('/', url.indexOf('//') + 2)), // URL would resolve dots in names
      method,
      headers: {
        ...headers,
        ...(isOf(client, url) ? authorization : {}),
        ...(method === 'GET' || method === 'DELETE' ? {} : { 'content-length': bodyBytes }),
        'user-agent': 'scorestream',
      },
    });
    let answered: IncomingMessage | undefined;
    // not by the request's own option: once its answer is there, that throws where nobody can catch it
    const onAbort = (): void => {
      (answered ?? outgoing).destroy(broken(doing, uri, signal?.reason));
    };
    signal?.addEventListener('abort', onAbort);
    outgoing.on('close', () => signal?.removeEventListener('abort', onAbort));
    const { silenceMs } = client.patience;
    const timer = setTimeout(
      () => outgoing.destroy(silence(silenceMs)),
      silenceMs + bodyBytes / SLOWEST_BYTES_PER_MS,
    );
    outgoing.on('response', (incoming) => {
      clearTimeout(timer);
      answered = incoming;
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: incoming });
    });
    outgoing.on('error', (error) => {
      clearTimeout(timer);
      reject(signal?.aborted ? signal.reason : broken(doing, uri, error));
    });
    for (const part of body) outgoing.write(part);
    outgoing.end();
  });
}

/** Credentials go to the API alone, wherever an answer sends us. */
function isOf({ origin }: Client, url: string): boolean {
  return url.startsWith(`${origin}/`);
}

/** The pieces of a body as they come. @throws ScorerError, transient, when the connection breaks or falls silent */
export async function* piecesOf(
  client: Client,
  { doing, uri }: Pick<Exchange, 'doing' | 'uri'>,
  body: IncomingMessage,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void> {
  const { silenceMs } = client.patience;
  const startTimer = () => setTimeout(() => body.destroy(silence(silenceMs)), silenceMs);
  let timer = startTimer();
  try {
    for await (const piece of body) {
      clearTimeout(timer); // a slow reader is no silence
      yield piece as Buffer; // no encoding is set
      timer = startTimer();
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw broken(doing, uri, error);
  } finally {
    clearTimeout(timer);
  }
}

async function readText(
  client: Client,
  request: Exchange,
  body: IncomingMessage,
  signal: AbortSignal | undefined,
): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of piecesOf(client, request, body, signal)) {
    bytes += piece.length;
    if (bytes > MAX_TEXT_BYTES) throw failed(request.doing, request.uri, 'the answer does not end');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

function silence(ms: number): Error {
  return Object.assign(new Error(`nothing came for ${ms / 1000} s`), { code: 'ETIMEDOUT' });
}
