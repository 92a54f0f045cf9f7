// HTTP as bytes: what a client library would mend or refuse to send.
import { connect, type Socket } from 'node:net';

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** All that a connection gave. */
export interface Talk {
  readonly answers: readonly RawAnswer[];
  /** The server closed it, or cut it. */
  readonly closed: boolean;
  /** Bytes that are no whole answer. */
  readonly rest: string;
}

/** What to send, and when to stop listening. */
export interface TalkOptions {
  /** So many answers end the talk. @default until the server closes */
  readonly until?: number;
  /** Closes the client's side once all is sent. @default false */
  readonly halfClose?: boolean;
  /** Answers to HEAD have a length and no body. @default false */
  readonly isHead?: boolean;
  /** Gives up after so long. @default 20 s */
  readonly timeoutMs?: number;
}

/** Opens a connection and resolves once it stands; a cut one is no error, its end tells. */
export function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject).on('error', () => undefined);
      resolve(socket);
    });
  });
}

/** Sends bytes over a connection of their own and reads the answers. */
export async function talk(
  url: string,
  bytes: string | Uint8Array | readonly (string | Uint8Array)[],
  options: TalkOptions = {},
): Promise<Talk> {
  const socket = await open(url);
  const listening = listen(socket, options);
  for (const piece of Array.isArray(bytes) ? bytes : [bytes]) socket.write(piece, 'latin1');
  if (options.halfClose) socket.end();
  return await listening;
}

/** Reads the answers of a connection until there are enough or it is closed; then destroys it. */
export function listen(
  socket: Socket,
  { until = Number.POSITIVE_INFINITY, isHead = false, timeoutMs = 20_000 }: TalkOptions = {},
): Promise<Talk> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const finish = (closed: boolean): void => {
      clearTimeout(late);
      socket.off('close', onClose).off('data', onData).destroy();
      resolve({ ...parseAnswers(received, { isHead, closed }), closed });
    };
    const onClose = (): void => finish(true);
    const onData = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk]);
      if (Number.isFinite(until) && parseAnswers(received, { isHead, closed: false }).answers.length >= until)
        finish(false);
    };
    const late = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no end after ${timeoutMs} ms: ${received.toString('latin1').slice(0, 1000)}`));
    }, timeoutMs);
    socket.on('data', onData).once('close', onClose);
  });
}

/** Takes whole answers from the front of bytes, strictly: what is no HTTP stays as the rest. */
export function parseAnswers(
  bytes: Buffer,
  { isHead = false, closed = true }: { readonly isHead?: boolean; readonly closed?: boolean } = {},
): { readonly answers: readonly RawAnswer[]; readonly rest: string } {
  const answers: RawAnswer[] = [];
  let text = bytes.toString('latin1');
  for (;;) {
    const end = text.indexOf('\r\n\r\n');
    const [line = '', ...fields] = text.slice(0, Math.max(end, 0)).split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(line)?.[1] ?? Number.NaN);
    if (end === -1 || Number.isNaN(status)) return { answers, rest: text };
    const headers = Object.fromEntries(
      fields.map((field) => [
        field.slice(0, field.indexOf(':')).toLowerCase(),
        field.slice(field.indexOf(':') + 1).trim(),
      ]),
    );
    const rest = text.slice(end + 4);
    const hasBody = !isHead && status >= 200 && status !== 204 && status !== 304;
    const length = hasBody ? toBodyLength(headers, rest, closed) : ([0, ''] as const);
    if (length === undefined) return { answers, rest: text };
    const [taken, body] = length;
    answers.push({ status, headers, body: Buffer.from(body, 'latin1').toString() });
    text = rest.slice(taken);
  }
}

/** How many bytes a body takes of what follows its headers, and what it says; undefined while it isn't whole. */
function toBodyLength(
  headers: Readonly<Record<string, string>>,
  rest: string,
  closed: boolean,
): readonly [number, string] | undefined {
  const length = headers['content-length'];
  if (length !== undefined) {
    return rest.length >= Number(length) ? [Number(length), rest.slice(0, Number(length))] : undefined;
  }
  if (headers['transfer-encoding'] !== 'chunked') return closed ? [rest.length, rest] : undefined;
  let body = '';
  let at = 0;
  for (;;) {
    const end = rest.indexOf('\r\n', at);
    if (end === -1) return undefined;
    const size = Number.parseInt(rest.slice(at, end), 16);
    if (rest.length < end + size + 4) return undefined;
    body += rest.slice(end + 2, end + 2 + size);
    at = end + size + 4;
    if (size === 0) return [at, body];
  }
}
