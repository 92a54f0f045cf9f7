import { ScorerError } from '../errors.ts';

/**
 * The elements of a tensor, row-major.
 *
 * @param data nested as the shape says, or flat
 * @param what names the tensor in errors
 * @throws ScorerError `INVALID_REQUEST` when they are not as many as the shape says
 */
export function flattenTensor(
  data: readonly unknown[],
  shape: readonly number[],
  what: string,
): readonly unknown[] {
  const isNested = shape.length > 1 && Array.isArray(data[0]);
  if (isNested) {
    const elements: unknown[] = [];
    collect(data, 0, 'data', { shape, what, elements });
    return elements;
  }
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  if (data.length !== size) {
    throw mismatch(what, shape, `data has ${count(data.length)}`, `${size}`);
  }
  return data;
}

interface Collection {
  readonly shape: readonly number[];
  readonly what: string;
  /** Gets what is found. */
  readonly elements: unknown[];
}

function collect(value: readonly unknown[], depth: number, place: string, into: Collection): void {
  const { shape, what, elements } = into;
  const size = shape[depth];
  if (value.length !== size) throw mismatch(what, shape, `${place} has ${count(value.length)}`, `${size}`);
  if (depth === shape.length - 1) {
    for (const element of value) elements.push(element);
    return;
  }
  value.forEach((each, index) => {
    if (!Array.isArray(each)) throw mismatch(what, shape, `${place}[${index}] is no array`, 'one');
    collect(each, depth + 1, `${place}[${index}]`, into);
  });
}

function count(elements: number): string {
  return `${elements} element${elements === 1 ? '' : 's'}`;
}

function mismatch(what: string, shape: readonly number[], found: string, expected: string): ScorerError {
  return new ScorerError(`${what}: ${found}; the shape [${shape.join(', ')}] says ${expected}.`, {
    code: 'INVALID_REQUEST',
  });
}
