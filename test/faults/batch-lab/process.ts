// A process of the function, as far as the world can tell: its calls to storage and publisher, which end with it.
import { ScorerError } from '../../../src/errors.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { OutgoingMessage, Publisher } from '../../../src/ports/publisher.ts';
import type { Storage } from '../../../src/ports/storage.ts';
import type { CallTrouble } from './trouble.ts';

/** A process with one delivery. */
export interface TestProcess {
  readonly storage: Storage;
  readonly publisher: Publisher;
  readonly clock: Clock;
  /** The delivery's deadline. */
  readonly signal: AbortSignal;
  /** Resolves when it falls asleep. */
  readonly asleep: Promise<void>;
  wake(): void;
  /** Resolves when nothing that it asked for is under way. */
  settled(): Promise<void>;
}

/** What a process is made of. */
export interface ProcessParts {
  readonly storage: Storage;
  publish(topic: string, messages: readonly OutgoingMessage[]): void;
  /** Asked before each call: what befalls it. */
  nextTrouble(): CallTrouble | undefined;
  /** Does what somebody else does at that moment. */
  meddle(trouble: CallTrouble): Promise<void>;
  /** How wrong its clock is. */
  readonly skewMs: number;
}

const HOUR_MS = 3_600_000;

/** Starts a process. */
export function startProcess({ storage, publish, nextTrouble, meddle, skewMs }: ProcessParts): TestProcess {
  const death = new AbortController();
  const deadline = new AbortController();
  const sleep = Promise.withResolvers<void>();
  const night = Promise.withResolvers<void>();
  const underWay = new Set<Promise<unknown>>();
  let clockMs = skewMs;

  const die = (): never => {
    death.abort(new Error('the process was killed'));
    return death.signal.throwIfAborted() as never;
  };

  /** Lets something befall the call that is next; returns what is to befall it when it is done. */
  async function enter(): Promise<CallTrouble | undefined> {
    death.signal.throwIfAborted();
    const trouble = nextTrouble();
    switch (trouble) {
      case 'killed before':
        return die();
      case 'refused':
        throw refused();
      case 'frozen':
        sleep.resolve();
        await night.promise;
        return undefined;
      case 'aborted':
        deadline.abort(new DOMException('late', 'TimeoutError'));
        return undefined;
      case 'clock ahead':
        clockMs += HOUR_MS;
        return undefined;
      case 'clock back':
        clockMs -= HOUR_MS;
        return undefined;
      case 'killed after':
      case 'unanswered':
      case undefined:
        return trouble;
      default:
        await meddle(trouble);
        return undefined;
    }
  }

  function leave(trouble: CallTrouble | undefined): void {
    if (trouble === 'killed after') die();
    death.signal.throwIfAborted();
    if (trouble === 'unanswered') throw refused();
  }

  async function call<T>(run: () => Promise<T>): Promise<T> {
    const trouble = await enter();
    const running = run();
    const quiet = running.catch(() => undefined);
    underWay.add(quiet);
    const result = await running.finally(() => underWay.delete(quiet));
    leave(trouble);
    return result;
  }

  async function* stream<T>(run: () => AsyncIterable<T>): AsyncGenerator<T, void> {
    const trouble = await enter();
    let isFirst = true;
    for await (const piece of run()) {
      death.signal.throwIfAborted();
      yield piece;
      if (isFirst) leave(trouble); // in the middle of it
      isFirst = false;
    }
    if (isFirst) leave(trouble);
    death.signal.throwIfAborted();
  }

  /** A process that died asks for nothing more, and what it asked for ends. */
  const bound = <O extends { readonly signal?: AbortSignal }>(options: O | undefined): O =>
    ({
      ...options,
      signal: AbortSignal.any([death.signal, ...(options?.signal ? [options.signal] : [])]),
    }) as O;

  return {
    signal: deadline.signal,
    asleep: sleep.promise,
    wake: () => night.resolve(),
    async settled() {
      await Promise.all(underWay);
    },
    clock: { nowMs: () => Date.now() + clockMs },
    storage: {
      uri: storage.uri.bind(storage),
      stat: (uri, options) => call(() => storage.stat(uri, bound(options))),
      read: (uri, options) => stream(() => storage.read(uri, bound(options))),
      write: (uri, source, options) => call(() => storage.write(uri, source, bound(options))),
      remove: (uri, options) => call(() => storage.remove(uri, bound(options))),
      compose: (uri, sources, options) => call(() => storage.compose(uri, sources, bound(options))),
      list: (prefix, options) => stream(() => storage.list(prefix, bound(options))),
    },
    publisher: {
      publish: (topic, messages, options) =>
        call(async () => {
          options?.signal?.throwIfAborted();
          publish(topic, messages);
          return messages.map((_, index) => String(index));
        }),
      close: async () => undefined,
    },
  };
}

function refused(): ScorerError {
  return new ScorerError('The test refuses it.', { code: 'STORAGE_FAILED' });
}
