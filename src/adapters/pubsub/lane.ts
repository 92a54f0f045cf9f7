import { grpcCodeOf, INVALID_ARGUMENT } from './failures.ts';
import type { ApiMessage } from './publisher-client.ts';

/** Pub/Sub's bound for the messages of one request: https://cloud.google.com/pubsub/quotas#resource_limits */
const MAX_MESSAGES = 1000;

/** Bytes of one request, below the 10 MB that Pub/Sub takes; a message that is larger alone is a request of its own. */
const MAX_REQUEST_BYTES = 9_000_000;

/** A message that waits or is under way. */
interface Entry {
  readonly message: ApiMessage;
  readonly bytes: number;
  readonly call: Call;
  readonly index: number;
}

/** The messages that were handed over together. */
interface Call {
  readonly signal: AbortSignal | undefined;
  readonly ids: string[];
  readonly result: PromiseWithResolvers<readonly string[]>;
  left: number;
  isOver: boolean;
}

/** A request that is under way. */
interface Request {
  readonly calls: readonly Call[];
  /** Undefined where a single call's own signal tells. */
  readonly giveUp: AbortController | undefined;
  readonly signal: AbortSignal;
}

/** A message with its size. */
export interface SizedMessage {
  readonly message: ApiMessage;
  /** Bytes that it takes of a request. */
  readonly bytes: number;
}

/** What waits to be published to one topic, of one ordering key or of none. */
export interface Lane {
  /** Resolves with the ids of the messages once all are accepted; rejects when one was not, or the signal aborted. */
  publish(messages: readonly SizedMessage[], signal: AbortSignal | undefined): Promise<readonly string[]>;
}

/** What a lane needs. */
export interface LaneOptions {
  /** Requests under way at once; 1 keeps the order. */
  readonly maxRequests: number;
  /** Publishes messages in one request. The signal aborts when nobody waits for any of them any more. */
  send(messages: readonly ApiMessage[], signal: AbortSignal): Promise<readonly string[]>;
  /** Called when nothing waits and nothing is under way. */
  onIdle(): void;
}

/**
 * Creates a {@link Lane}. Nothing waits for a timer: a message goes out at once while fewer requests than
 * `maxRequests` are under way, and what comes meanwhile goes out together when one of them ends. So a lone message
 * has no delay, and under load requests grow by themselves.
 *
 * Where order is kept, a request that failed takes along what waits behind it: nothing overtakes.
 */
export function createLane(options: LaneOptions): Lane {
  const { maxRequests, onIdle } = options;
  const isOrdered = maxRequests === 1;
  let queue: Entry[] = [];
  const running = new Set<Request>();
  let isWoken = false;

  function pump(): void {
    isWoken = false;
    while (queue.length > 0 && running.size < maxRequests) {
      const count = countOfRequest(queue);
      void request(queue.splice(0, count));
    }
    if (running.size === 0 && queue.length === 0) onIdle();
  }

  async function request(entries: readonly Entry[]): Promise<void> {
    const calls = [...new Set(entries.map(({ call }) => call))];
    const own = toRequest(calls);
    running.add(own);
    try {
      await sendAll(entries, own);
    } catch (error) {
      fail(isOrdered ? [...calls, ...queue.map(({ call }) => call)] : calls, error);
    }
    running.delete(own);
    pump();
  }

  /** One message that Pub/Sub refuses must not take the other calls' down: each call is then tried alone. */
  async function sendAll(entries: readonly Entry[], { calls, signal }: Request): Promise<void> {
    const send = async (some: readonly Entry[]): Promise<void> => {
      const messages = some.map(({ message }) => message);
      accept(some, await options.send(messages, signal));
    };
    try {
      await send(entries);
    } catch (error) {
      if (calls.length === 1 || grpcCodeOf(error) !== INVALID_ARGUMENT) throw error;
      for (const call of calls) {
        await send(entries.filter((entry) => entry.call === call)).catch((own) => fail([call], own));
      }
    }
  }

  function fail(calls: readonly Call[], error: unknown): void {
    for (const call of calls) {
      if (call.isOver) continue;
      call.isOver = true;
      call.result.reject(error);
    }
    queue = queue.filter(({ call }) => !call.isOver);
  }

  return {
    async publish(messages, signal) {
      const call: Call = {
        signal,
        ids: [],
        result: Promise.withResolvers(),
        left: messages.length,
        isOver: false,
      };
      const entries = messages.map((each, index): Entry => ({ ...each, call, index }));
      queue = queue.length === 0 ? entries : queue.concat(entries);
      if (!isWoken) queueMicrotask(pump); // what one turn of the loop hands over goes out together
      isWoken = true;
      const onAbort = (): void => {
        fail([call], signal?.reason);
        for (const { calls, giveUp } of running) if (calls.every(({ isOver }) => isOver)) giveUp?.abort();
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        return await call.result.promise;
      } finally {
        signal?.removeEventListener('abort', onAbort);
      }
    },
  };
}

/** Most requests are of one call: to join its signal with none would only cost. */
function toRequest(calls: readonly Call[]): Request {
  const [first] = calls;
  if (calls.length === 1 && first?.signal !== undefined)
    return { calls, giveUp: undefined, signal: first.signal };
  const giveUp = new AbortController();
  return { calls, giveUp, signal: giveUp.signal };
}

function accept(entries: readonly Entry[], ids: readonly string[]): void {
  entries.forEach(({ call, index }, place) => {
    call.ids[index] = ids[place] ?? '';
    call.left -= 1;
    if (call.left > 0 || call.isOver) return;
    call.isOver = true;
    call.result.resolve(call.ids);
  });
}

function countOfRequest(queue: readonly Entry[]): number {
  let bytes = 0;
  let count = 0;
  for (const entry of queue) {
    bytes += entry.bytes;
    if (count > 0 && (bytes > MAX_REQUEST_BYTES || count >= MAX_MESSAGES)) break;
    count += 1;
  }
  return count;
}
