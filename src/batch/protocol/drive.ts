import type { Operation, OperationKind, Request, Result, Steps } from './operation.ts';

/** How each kind of operation is done. */
export type Operators = {
  readonly [K in OperationKind]: (operation: Operation<K>) => Promise<Result<K>>;
};

/** Does an operation and gives the result of its kind. */
export type Execute = (operation: Operation) => Promise<unknown>;

/** Does operations by their kind. */
export function toExecute(operators: Operators): Execute {
  return (operation) => {
    const operate = operators[operation.kind] as Execute; // the one of the operation's own kind
    return operate(operation);
  };
}

/**
 * Runs a decision to its end: does what it asks for and tells it what came of that. What an operation throws is
 * thrown in it too, once nothing that it asked for is under way any more.
 */
export async function drive<T>(steps: Steps<T>, execute: Execute): Promise<T> {
  let next = steps.next([]);
  while (next.done !== true) {
    let results: readonly unknown[];
    try {
      results = await doAll(next.value, execute);
    } catch (error) {
      next = steps.throw(error);
      continue;
    }
    next = steps.next(results);
  }
  return next.value;
}

async function doAll({ operations, bound }: Request, execute: Execute): Promise<readonly unknown[]> {
  const results: unknown[] = [];
  let taken = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (taken < operations.length && !failed) {
      const index = taken;
      taken += 1;
      try {
        results[index] = await execute(operations[index] as Operation); // index is in bounds
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const lanes = Array.from({ length: Math.min(bound, operations.length) }, lane);
  const [first] = (await Promise.allSettled(lanes)).filter(({ status }) => status === 'rejected');
  if (first?.status === 'rejected') throw first.reason;
  return results;
}
