import { Worker } from 'node:worker_threads';
import { fromErrorMessage, ScorerError } from '../errors.ts';
import type { Frame } from '../features/frame.ts';
import type { GraphValue, RawTensor, RunPlan } from '../model/session.ts';
import { closeGate, createRunGate } from './run-gate.ts';
import type { SessionAnswer, SessionRequest } from './session-messages.ts';
import { toTransferable } from './transfer.ts';

/** How long an idle thread may take to end by itself. */
const END_MS = 5000;

/**
 * A worker thread with one session in it, seen from the thread that started it. It is asked one thing at a
 * time, and keeps the process alive only while it is.
 */
export class SessionThread {
  /** Settles with the reason once the thread is gone, whoever ended it. */
  readonly gone: Promise<ScorerError>;
  readonly #worker: Worker;
  readonly #gate = createRunGate();
  #asked: PromiseWithResolvers<SessionAnswer> | undefined;
  #crash: unknown;
  #end: ScorerError | undefined;

  /** @param entry the program of the thread: one that serves a session */
  constructor(entry: URL) {
    this.#worker = new Worker(entry, { name: 'session' });
    this.#worker.unref();
    this.#worker.on('message', (answer: SessionAnswer) => this.#asked?.resolve(answer));
    this.#worker.on('messageerror', (cause) => this.#asked?.reject(lost('sent an unreadable answer', cause)));
    this.#worker.on('error', (cause) => {
      this.#crash = cause;
    });
    this.gone = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.#end = lost(`ended with code ${code}`, this.#crash);
        this.#asked?.reject(this.#end);
        resolve(this.#end);
      });
    });
  }

  /** False once the thread is gone. */
  get isAlive(): boolean {
    return this.#end === undefined;
  }

  /**
   * Opens the model; comes before all else.
   *
   * @throws ScorerError of the session, or `INTERNAL` when the thread ended
   */
  async open(
    model: Uint8Array,
  ): Promise<{ readonly inputs: readonly GraphValue[]; readonly outputs: readonly GraphValue[] }> {
    const own = new Uint8Array(model); // the thread's copy: it frees it as soon as the session is open
    const answer = await this.#ask({ kind: 'open', model: own, gate: this.#gate }, [own.buffer]);
    if (answer.kind !== 'opened') throw this.#unexpected(answer);
    return answer;
  }

  /**
   * Runs rows as {@link Session.run} does. Buffers that are wholly the frame's go to the thread: the frame
   * can't be used afterwards.
   *
   * @throws ScorerError of the session, or `INTERNAL` when the thread ended
   */
  async run({ rows, data }: Frame, plan: RunPlan): Promise<readonly RawTensor[]> {
    const { elements, buffers } = toTransferable(data);
    const answer = await this.#ask({ kind: 'run', frame: { rows, data: elements }, plan }, buffers);
    if (answer.kind !== 'ran') throw this.#unexpected(answer);
    return answer.tensors;
  }

  /** Lets the thread release its session and end; no run may be under way. Takes 5 s at most. */
  async end(): Promise<void> {
    if (!this.isAlive) return;
    const late = Promise.withResolvers<'late'>();
    const timer = setTimeout(late.resolve, END_MS, 'late');
    this.#worker.ref();
    this.#worker.postMessage({ kind: 'end' } satisfies SessionRequest);
    const outcome = await Promise.race([this.gone, late.promise]);
    clearTimeout(timer);
    this.#worker.unref();
    if (outcome === 'late' && this.settle(0)) await this.#worker.terminate();
  }

  /**
   * Blocks until the thread is where the process can end it, and keeps it there: it does nothing more.
   *
   * @returns false when native work goes on after `waitMs`
   */
  settle(waitMs: number): boolean {
    return closeGate(this.#gate, waitMs);
  }

  async #ask(request: SessionRequest, buffers: readonly ArrayBuffer[]): Promise<SessionAnswer> {
    if (this.#end !== undefined) throw this.#end;
    this.#asked = Promise.withResolvers();
    this.#worker.ref();
    try {
      this.#worker.postMessage(request, buffers);
      return await this.#asked.promise;
    } finally {
      this.#asked = undefined;
      this.#worker.unref();
    }
  }

  #unexpected(answer: SessionAnswer): ScorerError {
    return answer.kind === 'failed' ? fromErrorMessage(answer.error) : lost(`answered ${answer.kind}`);
  }
}

function lost(what: string, cause?: unknown): ScorerError {
  return new ScorerError(`A worker thread that runs the model ${what}; its run is lost.`, {
    code: 'INTERNAL',
    cause,
  });
}
