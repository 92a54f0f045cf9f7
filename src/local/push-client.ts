import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** What became of a push. */
export type PushOutcome =
  | { readonly acked: true; readonly status: number }
  | {
      readonly acked: false;
      /** The status, or why there is none. */
      readonly reason: string;
      readonly status?: number;
      /** Nobody listens there. */
      readonly refused: boolean;
    };

/** Sends messages to one endpoint over kept-alive connections. */
export interface PushClient {
  /** Never rejects. No answer within `deadlineMs` is a nack, whatever comes later. */
  push(body: Buffer, deadlineMs: number): Promise<PushOutcome>;
  /** Cuts every connection; pushes under way end as nacks. */
  close(): void;
}

/** https://cloud.google.com/pubsub/docs/push#receive_push; every other status is a nack. */
const ACK_STATUSES: ReadonlySet<number> = new Set([102, 200, 201, 202, 204]);

type Attempt = PushOutcome & { readonly stale?: true };

/** A {@link PushClient} for an `http:` or `https:` endpoint. */
export function createPushClient(endpoint: URL): PushClient {
  const secure = endpoint.protocol === 'https:';
  const agent = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const open = secure ? httpsRequest : httpRequest;

  function send(body: Buffer, deadlineMs: number): Promise<Attempt> {
    return new Promise((resolve) => {
      const request = open(endpoint, {
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json', 'content-length': body.length },
      });
      const timer = setTimeout(
        () => request.destroy(new Error(`no answer within ${deadlineMs} ms`)),
        deadlineMs,
      );
      request.on('information', (information) => {
        if (ACK_STATUSES.has(information.statusCode))
          resolve({ acked: true, status: information.statusCode });
      });
      request.on('response', (response) => {
        resolve(toOutcome(response.statusCode ?? 0));
        // The body is read to its end, or to the deadline, for the connection to be used again.
        response.on('error', () => request.destroy());
        response.resume();
      });
      request.on('error', (error) => resolve(toFailure(error, request)));
      request.on('close', () => clearTimeout(timer));
      request.end(body);
    });
  }

  let closed = false;

  async function push(body: Buffer, deadlineMs: number): Promise<PushOutcome> {
    const first = await send(body, deadlineMs);
    // The server closed an idle connection just as it was taken again: no attempt at all.
    return first.stale && !closed ? await send(body, deadlineMs) : first;
  }

  function close(): void {
    closed = true;
    agent.destroy();
  }

  return { push, close };
}

function toOutcome(status: number): PushOutcome {
  if (ACK_STATUSES.has(status)) return { acked: true, status };
  return { acked: false, status, reason: `status ${status}`, refused: false };
}

function toFailure(error: Error, request: ClientRequest): Attempt {
  const code = 'code' in error ? error.code : undefined;
  const stale = request.reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE');
  const reason = error.message === '' ? String(code) : error.message;
  return { acked: false, reason, refused: code === 'ECONNREFUSED', ...(stale && { stale }) };
}
