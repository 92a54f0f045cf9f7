import { ScorerError } from '../../errors.ts';
import { createFields, type Fields, parseFields } from './fields.ts';

/** The data of a part: an object in the plan's folder of data. */
export interface PartData {
  /** The object's name in that folder. */
  readonly name: string;
  readonly size: number;
  readonly crc32c: string;
}

/**
 * The record of a part: the records of the input that begin in [start, end), scored. Where `start` is the true
 * start of a record, `end` is the next one that no part before it holds.
 */
export interface Part {
  readonly start: number;
  readonly end: number;
  /** True when the part ends with the input. */
  readonly last: boolean;
  readonly rows: number;
  readonly failed: number;
  /** Line ends in [start, end). */
  readonly lines: number;
  /** CRC-32C of the input's bytes in [start, end). */
  readonly input_crc32c: string;
  /** Rows of `predictions.csv`; the part that follows the header begins with the header line. Absent when empty. */
  readonly predictions?: PartData;
  /** Rows of `errors.csv`, lines counted from 0 at `start`; absent when none failed. */
  readonly errors?: PartData;
}

/** A part's record as the bytes of its object. */
export function encodePart(part: Part): Buffer {
  return Buffer.from(`${JSON.stringify(part)}\n`);
}

/** @throws ScorerError `INTERNAL` when the bytes are no record of a part */
export function decodePart(bytes: Uint8Array): Part {
  return toPart(parseFields(bytes, 'The record of a part', 'INTERNAL'));
}

/** More parts than a marker tells of are read one by one: only a job that was cut into crumbs has so many. */
const MAX_TOLD = 4096;

/**
 * A marker as the bytes of its object: the parts of what it stands for, so that the finisher need not read the
 * record of each. Parts are never rewritten, so what a marker tells of them stays true.
 */
export function encodeMarker(parts: readonly Part[]): Buffer {
  return Buffer.from(`${JSON.stringify({ parts: parts.slice(0, MAX_TOLD) })}\n`);
}

/** @throws ScorerError `INTERNAL` when the bytes are no marker */
export function decodeMarker(bytes: Uint8Array): readonly Part[] {
  const parts = parseFields(bytes, 'The marker', 'INTERNAL').list('parts');
  return parts.map((part) => toPart(createFields(part, 'A part in a marker', 'INTERNAL')));
}

function toPart(fields: Fields): Part {
  const [predictions, errors] = [fields.optionalFields('predictions'), fields.optionalFields('errors')];
  const part: Part = {
    start: fields.count('start'),
    end: fields.count('end'),
    last: fields.flag('last'),
    rows: fields.count('rows'),
    failed: fields.count('failed'),
    lines: fields.count('lines'),
    input_crc32c: fields.text('input_crc32c'),
    ...(predictions === undefined ? {} : { predictions: toData(predictions) }),
    ...(errors === undefined ? {} : { errors: toData(errors) }),
  };
  if (part.end > part.start || (part.last && part.end === part.start)) return part;
  throw new ScorerError(`The record of the part at ${part.start} ends at ${part.end}: it would never end.`, {
    code: 'INTERNAL',
  });
}

function toData(fields: Fields): PartData {
  return { name: fields.text('name'), size: fields.count('size'), crc32c: fields.text('crc32c') };
}
