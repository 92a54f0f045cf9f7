import { FieldMapper } from '../decode/csv/field-mapper.ts';

/** Memory that is kept for the next range: as much as is scored side by side in most processes. */
const MAX_SPARE = 2;

const spare: FieldMapper[] = [];

/** Memory of this size, whatever it holds: some that was given back, or new. */
export function takeMapper(bytes: number): FieldMapper {
  const found = spare.findIndex((each) => each.bytes.length === bytes);
  const [mapper] = found < 0 ? [] : spare.splice(found, 1);
  return mapper ?? new FieldMapper(bytes);
}

/** Gives memory back. Nothing may refer to it any more. */
export function giveMapper(mapper: FieldMapper): void {
  if (spare.length < MAX_SPARE) spare.push(mapper);
}
