import { ScorerError } from '../../src/errors.ts';
import { MAX_BODY_BYTES } from '../request-body.ts';

/** What requests under way hold at most, all together. */
export interface AdmissionLimits {
  readonly requests: number;
  /** Of one connection, whose client sends without waiting for answers: others find room beside it. */
  readonly pipelined: number;
  /** Of bodies and large answers. Small bodies are never refused for it: they always find room. */
  readonly bytes: number;
  /** How long rows that wait for the model may have to wait, in milliseconds. */
  readonly queueMs: number;
}

/** Generous: a container serves 80 requests at once, and all of these wait less than a second. */
export const ADMISSION_LIMITS: AdmissionLimits = {
  requests: 4000,
  pipelined: 64,
  bytes: 4 * MAX_BODY_BYTES,
  queueMs: 5000,
};

/** Bodies up to here are small, in bytes. */
const SMALL_BYTES = 64 * 1024;

/** What one request holds of the limits. */
export interface Admitted {
  /** Says how many bytes of its body are there. @throws ScorerError `OVERLOADED` where that is too much */
  holdBytes(bytes: number): void;
  /** Adds bytes of its answer, which may be too many: it goes on, and others are refused. */
  addBytes(bytes: number): void;
  /** Says how many rows wait for the model. @throws ScorerError `OVERLOADED` where they would wait too long */
  holdRows(rows: number, rowMs: number): void;
  release(): void;
}

/** Bounds what is under way: beyond it a request is refused at once, before its body is read. */
export interface Admission {
  /**
   * @param bytes that its body promises to have
   * @param connection that it came on, any object that stands for it
   * @throws ScorerError `OVERLOADED`
   */
  admit(bytes: number, connection: object): Admitted;
  /** Requests under way. */
  readonly requests: number;
  /** Bytes of bodies that are held. */
  readonly bytes: number;
  /** How long the rows that wait for the model take, in milliseconds. */
  readonly queueMs: number;
}

/** Creates an {@link Admission}. */
export function createAdmission(limits: AdmissionLimits = ADMISSION_LIMITS): Admission {
  const now: UnderWay = { requests: 0, bytes: 0, queueMs: 0, ofConnection: new WeakMap() };
  const refuse = (what: string): never => {
    throw new ScorerError(`${what} at once: try again in a while.`, { code: 'OVERLOADED' });
  };
  const checkBytes = (bytes: number, all: number): void => {
    if (bytes > SMALL_BYTES && all > limits.bytes) {
      refuse(`The bodies of ${now.requests} requests are being answered`);
    }
  };
  return {
    admit(bytes, connection) {
      if (now.requests >= limits.requests) refuse(`${limits.requests} requests are being answered`);
      if ((now.ofConnection.get(connection) ?? 0) >= limits.pipelined) {
        refuse(`${limits.pipelined} requests of this connection are being answered`);
      }
      checkBytes(bytes, now.bytes + bytes); // only what has come is held: promises take no memory
      return new Holding(now, connection, checkBytes, () => {
        if (now.queueMs > limits.queueMs) refuse('More rows than can be scored soon are waiting');
      });
    },
    get requests() {
      return now.requests;
    },
    get bytes() {
      return now.bytes;
    },
    get queueMs() {
      return now.queueMs;
    },
  };
}

/** What all requests hold. */
interface UnderWay {
  requests: number;
  bytes: number;
  queueMs: number;
  /** Requests by the connection that they came on; none where there are none. */
  readonly ofConnection: WeakMap<object, number>;
}

class Holding implements Admitted {
  readonly #now: UnderWay;
  readonly #connection: object;
  readonly #checkBytes: (bytes: number, all: number) => void;
  readonly #checkQueue: () => void;
  #bytes = 0;
  #queueMs = 0;
  #isReleased = false;

  constructor(
    now: UnderWay,
    connection: object,
    checkBytes: (bytes: number, all: number) => void,
    checkQueue: () => void,
  ) {
    this.#now = now;
    this.#connection = connection;
    this.#checkBytes = checkBytes;
    this.#checkQueue = checkQueue;
    now.requests += 1;
    now.ofConnection.set(connection, (now.ofConnection.get(connection) ?? 0) + 1);
  }

  holdBytes(bytes: number): void {
    this.#now.bytes += bytes - this.#bytes;
    const isMore = bytes > this.#bytes;
    this.#bytes = bytes;
    if (isMore) this.#checkBytes(bytes, this.#now.bytes);
  }

  addBytes(bytes: number): void {
    if (this.#isReleased) return;
    this.#now.bytes += bytes;
    this.#bytes += bytes;
  }

  holdRows(rows: number, rowMs: number): void {
    const queueMs = rows * rowMs;
    const others = this.#now.queueMs - this.#queueMs;
    this.#now.queueMs = others + queueMs;
    this.#queueMs = queueMs;
    if (others > 0) this.#checkQueue(); // who waits behind nobody is served, however long it takes
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#now.requests -= 1;
    this.#now.ofConnection.set(this.#connection, (this.#now.ofConnection.get(this.#connection) ?? 1) - 1);
    this.#now.bytes -= this.#bytes;
    this.#now.queueMs = this.#now.requests === 0 ? 0 : this.#now.queueMs - this.#queueMs; // sums of fractions drift
  }
}
