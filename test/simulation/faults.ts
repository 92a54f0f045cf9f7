import type { Random } from './random.ts';

/** What can befall a request. */
export const FAULTS = [
  /** The worker dies before the request is done. */
  'killed-before',
  /** The worker dies when it is done. */
  'killed-after',
  /** It is refused, and not done. */
  'refused',
  /** It is done, its answer is lost, and the client asks once more: it meets its own work. */
  'retried',
  /** It is done, and the worker is told that it failed. */
  'failed-after',
  /** The worker sleeps before it asks, maybe until the job is over. */
  'frozen',
] as const;

/** A fault, or that there is none. */
export type Fault = (typeof FAULTS)[number] | 'none';

/** Kinds of requests, as they are counted and priced. */
export type RequestKind = 'read' | 'stat' | 'write' | 'list' | 'compose' | 'remove' | 'publish';

/** Decides what befalls the next request. */
export type NextFault = (kind: RequestKind) => Fault;

/** No fault, ever. */
export const noFault: NextFault = () => 'none';

/** One fault, at the request with this number, from 0. */
export function faultAt(number: number, fault: Fault): NextFault {
  let next = 0;
  return () => {
    next += 1;
    return next - 1 === number ? fault : 'none';
  };
}

/** Faults of all kinds, each so often. */
export function randomFaults(
  random: Random,
  probability: Readonly<Partial<Record<Fault, number>>>,
): NextFault {
  return () => FAULTS.find((fault) => random.isHit(probability[fault] ?? 0)) ?? 'none';
}
