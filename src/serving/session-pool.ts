import { ScorerError, toScorerError } from '../errors.ts';
import type { Frame } from '../features/frame.ts';
import type { GraphValue, RawTensor, RunPlan, Session } from '../model/session.ts';
import type { Logger } from '../ports/logger.ts';
import { SessionThread } from './session-thread.ts';

/** What a pool is made of. */
export interface SessionPoolOptions {
  /** Threads, at least 1; each holds a session of its own. */
  readonly workers: number;
  readonly logger: Logger;
  /** Registers what must happen before the process exits, and returns what takes it back. */
  readonly atExit: (settle: () => void) => () => void;
  /** The program of a thread. @default `session-worker`, beside this file */
  readonly entry?: URL;
}

/** So many crashes one after the other, with no run between them, and nobody trusts the next thread. */
const MAX_CRASHES = 3;
/** How long an exit of the process waits for runs under way. */
const EXIT_MS = 5000;
// a build renames the files, but not the texts that name them
const ENTRY = new URL(`./session-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/**
 * Opens a model in several threads, as one session. Runs wait in one queue, first come first served, and a
 * thread runs one at a time: as many run at once as there are threads. The queue is as long as there are
 * callers, each with one run; limiting these is the caller's matter. An idle pool doesn't keep the process
 * alive, a run under way does.
 *
 * **A frame can't be used after it was given to `run`**: buffers that are wholly its own go to the thread.
 * Parts of larger buffers are copied, and stay.
 *
 * A thread that ends without being asked fails its own run with `INTERNAL`, and another takes its place.
 * After three such ends with no run between them places stay empty until the next run asks for one; where
 * no thread is left, runs fail with `MODEL_NOT_READY` until one has opened.
 *
 * @param readModel gives the model's bytes, once now and once for each thread that takes another's place; the
 * pool keeps none. While threads open, each has a copy: the runtime takes no shared memory.
 * @throws ScorerError `MODEL_INVALID` when the runtime refuses the file, `INTERNAL` when a thread can't live, or
 * what `readModel` throws
 */
export async function createSessionPool(
  readModel: () => Promise<Uint8Array>,
  options: SessionPoolOptions,
): Promise<Session> {
  const pool = new SessionPool(readModel, options);
  await pool.open();
  return pool;
}

interface WaitingRun {
  readonly frame: Frame;
  readonly plan: RunPlan;
  readonly result: PromiseWithResolvers<readonly RawTensor[]>;
}

class SessionPool implements Session {
  inputs: readonly GraphValue[] = [];
  outputs: readonly GraphValue[] = [];
  readonly #readModel: () => Promise<Uint8Array>;
  readonly #options: SessionPoolOptions;
  readonly #forgetExit: () => void;
  /** All that live: those that open, those that are ready, those that are being ended. */
  readonly #threads = new Set<SessionThread>();
  readonly #ready = new Set<SessionThread>();
  readonly #idle: SessionThread[] = [];
  readonly #queue: WaitingRun[] = [];
  /** Runs that were accepted, and threads that open in another's place. */
  readonly #underWay = new Set<Promise<unknown>>();
  #opening = 0;
  #crashes = 0;
  #released: Promise<void> | undefined;

  constructor(readModel: () => Promise<Uint8Array>, options: SessionPoolOptions) {
    this.#readModel = readModel;
    this.#options = options;
    this.#forgetExit = options.atExit(() => {
      const endMs = performance.now() + EXIT_MS;
      for (const thread of this.#threads) thread.settle(endMs - performance.now());
    });
  }

  async open(): Promise<void> {
    const model = this.#readModel();
    const openings = Array.from({ length: this.#options.workers }, () => this.#openThread(model));
    const failed = (await Promise.allSettled(openings)).find(({ status }) => status === 'rejected');
    if (failed === undefined) return;
    await this.release();
    throw toScorerError((failed as PromiseRejectedResult).reason);
  }

  async run(frame: Frame, plan: RunPlan): Promise<readonly RawTensor[]> {
    if (this.#released !== undefined) throw notReady('The model is being released');
    this.#refill();
    if (!this.#isHopeful()) throw notReady('Every worker thread that ran the model has crashed');
    const result = Promise.withResolvers<readonly RawTensor[]>();
    this.#queue.push({ frame, plan, result });
    this.#track(result.promise);
    this.#dispatch();
    return result.promise;
  }

  release(): Promise<void> {
    this.#released ??= this.#close();
    return this.#released;
  }

  async #close(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
    const threads = [...this.#ready];
    this.#ready.clear();
    await Promise.all(threads.map((thread) => thread.end()));
    this.#forgetExit();
  }

  async #openThread(model: Promise<Uint8Array>): Promise<void> {
    this.#opening += 1;
    try {
      const thread = await this.#startThread(await model);
      this.#ready.add(thread);
      this.#idle.push(thread);
    } finally {
      this.#opening -= 1;
    }
    this.#dispatch();
  }

  async #startThread(model: Uint8Array): Promise<SessionThread> {
    const thread = new SessionThread(this.#options.entry ?? ENTRY);
    this.#threads.add(thread);
    void thread.gone.then((end) => this.#lose(thread, end));
    try {
      ({ inputs: this.inputs, outputs: this.outputs } = await thread.open(model));
      return thread;
    } catch (error) {
      await thread.end();
      throw error;
    }
  }

  #dispatch(): void {
    while (this.#idle.length > 0 && this.#queue.length > 0) {
      const [thread, run] = [this.#idle.pop(), this.#queue.shift()];
      if (thread !== undefined && run !== undefined) void this.#runOn(thread, run);
    }
  }

  async #runOn(thread: SessionThread, { frame, plan, result }: WaitingRun): Promise<void> {
    try {
      result.resolve(await thread.run(frame, plan));
    } catch (error) {
      result.reject(toScorerError(error));
    }
    if (thread.isAlive) {
      this.#crashes = 0; // an error that the session answers with is no crash
      this.#idle.push(thread);
    }
    this.#dispatch();
  }

  #lose(thread: SessionThread, end: ScorerError): void {
    this.#threads.delete(thread);
    if (!this.#ready.delete(thread)) return; // it was asked to end, or whoever opens it knows
    if (this.#idle.includes(thread)) this.#idle.splice(this.#idle.indexOf(thread), 1);
    this.#countCrash(end);
  }

  #countCrash(error: unknown): void {
    const { code, message, cause } = toScorerError(error);
    this.#crashes += 1;
    this.#options.logger.log('ERROR', 'WORKER_CRASHED', message, { code, cause: String(cause ?? '') });
    if (this.#crashes < MAX_CRASHES) this.#refill();
    if (this.#isHopeful()) return;
    const failure = notReady('Every worker thread that ran the model has crashed', error);
    for (const { result } of this.#queue.splice(0)) result.reject(failure);
  }

  /** Opens a thread for each place that is empty. */
  #refill(): void {
    const missing = this.#options.workers - this.#ready.size - this.#opening;
    const isWanted = this.#released === undefined || this.#queue.length > 0;
    if (missing <= 0 || !isWanted) return;
    const model = this.#readModel();
    for (let place = 0; place < missing; place += 1) {
      this.#track(this.#openThread(model).catch((error: unknown) => this.#countCrash(error)));
    }
  }

  #isHopeful(): boolean {
    return this.#ready.size > 0 || (this.#opening > 0 && this.#crashes < MAX_CRASHES);
  }

  #track(work: Promise<unknown>): void {
    const done = (): unknown => this.#underWay.delete(work);
    this.#underWay.add(work);
    work.then(done, done);
  }
}

function notReady(what: string, cause?: unknown): ScorerError {
  return new ScorerError(`${what}.`, { code: 'MODEL_NOT_READY', cause });
}
