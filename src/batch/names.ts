import { hash } from 'node:crypto';
import { clipBytes } from '../encode/attributes.ts';

/** An object's longest name in Cloud Storage, in UTF-8 bytes. */
const MAX_NAME_BYTES = 1024;

/** Where names would be longer, so many bytes of the input's stay. */
const KEPT_BYTES = 800;

const LONGEST_OUTPUT = '/predictions.csv';

const INPUT_ENDING = /\.csv(\.gz)?$/i;

/** A version of an object: what a notification names. */
export interface ObjectVersion {
  readonly bucket: string;
  readonly name: string;
  readonly generation: string;
}

/** The id of an object's job: the first 32 hex of sha256(`gs://<bucket>/<object>#<generation>`). */
export function toJobId({ bucket, name, generation }: ObjectVersion): string {
  return sha256(`gs://${bucket}/${name}#${generation}`).slice(0, 32);
}

/** True for the objects that are scored: names that end in `.csv`, in any case. */
export function isCsvName(name: string): boolean {
  return /\.csv$/i.test(name);
}

/** True for the objects that a job scores: names that end in `.csv` or `.csv.gz`, in any case. */
export function isInputName(name: string): boolean {
  return INPUT_ENDING.test(name);
}

/** Below a folder of results: what a job writes for people, and what it works with. Generations count micro- or nanoseconds. */
const OUTPUT_NAME = /^\/(?:.+\/\d{16,19}\/(?:predictions|errors)\.csv|_parts\/[0-9a-f]{32}\/.+)$/s;

/**
 * True for what jobs write below a folder of results; other files may lie there too.
 *
 * @param base the folder as the URIs of its objects begin, without a slash at its end
 */
export function isOutputUri(uri: string, base: string): boolean {
  return uri.startsWith(`${base}/`) && OUTPUT_NAME.test(uri.slice(base.length));
}

/**
 * The folder of an object's outputs: `<output>/<object without .csv or .csv.gz>/<generation>`. Where the names in
 * it would pass 1,024 bytes, the object's name is cut to 800 and told apart by 16 hex of its hash.
 */
export function toOutputFolder(outputUri: string, { name, generation }: ObjectVersion): string {
  const stem = name.replace(INPUT_ENDING, '');
  const prefix = outputUri.replace(/^gs:\/\/[^/]+\/?/, '');
  const longest = `${prefix}/${stem}/${generation}${LONGEST_OUTPUT}`;
  const fitting =
    Buffer.byteLength(longest) <= MAX_NAME_BYTES
      ? stem
      : `${clipBytes(stem, KEPT_BYTES)}~${sha256(stem).slice(0, 16)}`;
  return `${outputUri}/${fitting}/${generation}`;
}

function sha256(text: string): string {
  return hash('sha256', text);
}
