import { ScorerError, show } from '../../errors.ts';

/** An object's place in Cloud Storage; the name is as it is, nothing in it is encoded. */
export interface ObjectName {
  readonly bucket: string;
  readonly name: string;
}

const MAX_NAME_BYTES = 1024;

/**
 * The object that `gs://bucket/name` names: what follows the bucket's slash is the name, literally.
 *
 * @throws ScorerError `INVALID_MESSAGE` when no object can have that name
 */
export function parseObjectUri(uri: string): ObjectName {
  const object = split(uri);
  assertObjectName(object);
  return object;
}

/**
 * The beginning of names that `gs://bucket/beginning` stands for; it may be empty.
 *
 * @throws ScorerError `INVALID_MESSAGE` when no bucket can have that name
 */
export function parsePrefixUri(uri: string): ObjectName {
  const object = split(uri);
  assertBucket(object.bucket);
  return object;
}

/**
 * The URI of an object.
 *
 * @throws ScorerError `INVALID_MESSAGE` when no object can have that name
 */
export function toObjectUri(object: ObjectName): string {
  assertObjectName(object);
  return `gs://${object.bucket}/${object.name}`;
}

/** True for what this adapter takes. */
export function isGcsUri(uri: string): boolean {
  return uri.startsWith('gs://');
}

function split(uri: string): ObjectName {
  if (!isGcsUri(uri)) throw invalid(`${show(uri)} names no object: expected gs://bucket/name.`, { uri });
  const rest = uri.slice('gs://'.length);
  const slash = rest.indexOf('/');
  return slash === -1
    ? { bucket: rest, name: '' }
    : { bucket: rest.slice(0, slash), name: rest.slice(slash + 1) };
}

function assertBucket(bucket: string): void {
  if (/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(bucket)) return;
  throw invalid(
    `No bucket is named ${show(bucket)}: expected 3 or more lower-case letters, digits or . _ -, the first and the last a letter or digit.`,
    { bucket },
  );
}

function assertObjectName({ bucket, name }: ObjectName): void {
  assertBucket(bucket);
  const fault = faultOfName(name);
  if (fault === undefined) return;
  throw invalid(`No object of the bucket ${bucket} can be named ${show(name)}: ${fault}.`, { bucket, name });
}

/** https://cloud.google.com/storage/docs/objects#naming */
function faultOfName(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if (!name.isWellFormed()) return 'it is not well-formed Unicode';
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) return `it is longer than ${MAX_NAME_BYTES} bytes`;
  if (/[\r\n\0]/.test(name)) return 'it has a line end or a NUL character';
  if (name === '.' || name === '..') return 'it is a folder in every path';
  if (name.startsWith('.well-known/acme-challenge/')) return 'Cloud Storage keeps it for certificates';
  return undefined;
}

function invalid(message: string, detail: Readonly<Record<string, unknown>>): ScorerError {
  return new ScorerError(message, { code: 'INVALID_MESSAGE', detail });
}
