import type { CsvDialect } from '../../decode/csv/dialect.ts';
import { ScorerError } from '../../errors.ts';
import type { ModelIdentity } from '../../model/model.ts';
import type { JobObject } from '../job.ts';
import { createFields, type Fields, parseFields } from './fields.ts';

/** Why a file fails as a whole: for people, and for programs a code of the closed table. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** The model of a job: which it is, and the bytes of its manifest, which pin all of it. */
export interface PlanModel extends ModelIdentity {
  readonly uri: string;
  /** The manifest's bytes as text. */
  readonly manifest: string;
}

/** What the head of an input tells. */
export interface Head {
  /** True when the input is compressed, by its first bytes or its `Content-Encoding`; offsets then count inflated bytes. */
  readonly gzip: boolean;
  readonly dialect: CsvDialect;
  /** The bytes of the header record without its line end, in base64. */
  readonly header: string;
  /** The byte after the header. */
  readonly start: number;
  /** The physical line, from 1, that begins at `start`. */
  readonly first_line: number;
  /** CRC-32C of the bytes before `start`. */
  readonly header_crc32c: string;
}

/**
 * `plan.json`: what every delivery of a job goes by, decided once. All that can change a byte of the results,
 * or the verdict, stands in it, so whoever scores a part gives what any other would have given.
 */
export interface Plan {
  readonly format: 1;
  /** 16 random hex digits: what was made for an older plan of the job is never taken for this one's. */
  readonly id: string;
  readonly job: string;
  readonly input: JobObject;
  /** The folder of the results. */
  readonly output: string;
  /** Raised whenever any byte of output could change: only the same engine goes on with a job. */
  readonly engine: number;
  readonly model: PlanModel;
  /** The head of the input, or why it has none that can be read. */
  readonly head: Head | Refusal;
  /** What else the engine goes by; the protocol only keeps it. */
  readonly options: Readonly<Record<string, unknown>>;
  /** A file of which more rows than this part fail is refused; without it none is. */
  readonly max_failed_ratio?: number;
  readonly shard_bytes: number;
  readonly shards: number;
  /** RFC 3339. */
  readonly started_at: string;
}

/** True for the head of an input that can be scored. */
export function isHead(head: Head | Refusal): head is Head {
  return 'start' in head;
}

/** How many shards an input has: a compressed one can only be read from its beginning. */
export function countShards({ gzip, size, shardBytes }: CountedInput): number {
  return gzip ? 1 : Math.max(1, Math.ceil(size / shardBytes));
}

interface CountedInput {
  readonly gzip: boolean;
  readonly size: number;
  readonly shardBytes: number;
}

/** A plan as the bytes of `plan.json`. */
export function encodePlan(plan: Plan): Buffer {
  return Buffer.from(`${JSON.stringify(plan, null, 2)}\n`);
}

/** @throws ScorerError `INTERNAL` when the bytes are no plan that this code can go by */
export function decodePlan(bytes: Uint8Array): Plan {
  const plan = parseFields(bytes, 'The plan', 'INTERNAL');
  const ratio = plan.optionalNumber('max_failed_ratio');
  const format = plan.count('format');
  if (format !== 1) {
    throw new ScorerError(`The plan has format ${format}: expected 1.`, { code: 'INTERNAL' });
  }
  return {
    format: 1,
    id: plan.match('id', /^[0-9a-f]{16}$/),
    job: plan.match('job', /^[0-9a-f]{32}$/),
    input: toInput(plan.fields('input')),
    output: plan.text('output'),
    engine: plan.count('engine'),
    model: toModel(plan.fields('model')),
    head: toHead(plan.fields('head')),
    options: { ...(plan.value('options') as Readonly<Record<string, unknown>>) }, // its engine looks into it
    ...(ratio === undefined ? {} : { max_failed_ratio: ratio }),
    shard_bytes: plan.count('shard_bytes'),
    shards: plan.count('shards'),
    started_at: plan.text('started_at'),
  };
}

function toInput(fields: Fields): JobObject {
  const crc32c = fields.optionalText('crc32c');
  return {
    uri: fields.text('uri'),
    generation: fields.match('generation', /^\d+$/),
    size: fields.count('size'),
    ...(crc32c === undefined ? {} : { crc32c }),
  };
}

function toModel(fields: Fields): PlanModel {
  return {
    uri: fields.text('uri'),
    name: fields.text('name'),
    version: fields.text('version'),
    digest: fields.text('digest'),
    manifest: fields.text('manifest'),
  };
}

function toHead(fields: Fields): Head | Refusal {
  if (fields.value('code') !== undefined) {
    return { code: fields.text('code'), message: fields.text('message') };
  }
  return {
    gzip: fields.flag('gzip'),
    dialect: toDialect(fields.value('dialect')),
    header: fields.text('header'),
    start: fields.count('start'),
    first_line: fields.count('first_line'),
    header_crc32c: fields.text('header_crc32c'),
  };
}

function toDialect(value: unknown): CsvDialect {
  const fields = createFields(value, 'The plan\'s "dialect"', 'INTERNAL');
  return {
    delimiter: fields.match('delimiter', /^[,;\t|]$/) as CsvDialect['delimiter'],
    newline: fields.match('newline', /^(\n|\r\n|\r)$/) as CsvDialect['newline'],
    bom: fields.flag('bom'),
  };
}
