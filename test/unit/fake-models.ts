// Models that come from nowhere: a source whose every answer the test decides, and a clock that it sets.
import { createFeatureSchema } from '../../src/features/schema.ts';
import { toDigest } from '../../src/model/files.ts';
import type { Model } from '../../src/model/model.ts';
import type { LoadedModel, ModelSource } from '../../src/model/source.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Logger } from '../../src/ports/logger.ts';

/** A model that counts its releases. */
export interface FakeModel extends Model {
  readonly name: string;
  releases: number;
}

/** A source of which a test says what is published and what goes wrong. */
export interface FakeSource extends ModelSource {
  /** What is there: the generation is also the model's name. */
  published: string;
  /** Thrown by the next calls, while they are set. */
  lookFails: Error | undefined;
  loadFails: Error | undefined;
  /** Loads and looks wait for it, while it is set. */
  gate: Promise<void> | undefined;
  looks: number;
  loads: number;
  /** Every model that was made, in order. */
  readonly made: FakeModel[];
}

/** The manifest that pins a fake model. */
export function manifestOf(name: string): Uint8Array {
  return Buffer.from(`the manifest of ${name}`);
}

/** Creates a source with one model published. */
export function createFakeSource(published: string): FakeSource {
  const make = (name: string): LoadedModel => {
    const manifest = manifestOf(name);
    const model: FakeModel = {
      name,
      releases: 0,
      identity: { name, version: '1', digest: toDigest(manifest) },
      manifest,
      schema: createFeatureSchema({
        inputs: [{ name: 'x', type: 'float32', width: 1 }],
        features: ['a'],
        columns: [],
        passthrough: [],
      }),
      output: { kind: 'label' },
      runRows: 2,
      parallelRuns: 1,
      rowMs: 0,
      run: () => Promise.reject(new Error('not run here')),
      async release() {
        model.releases += 1;
      },
    };
    source.made.push(model);
    const cost = { importMs: 1, readMs: 2, checksumMs: 3, sessionMs: 4, selfTestMs: 5, bytes: 6 };
    return { model, cost };
  };
  const source: FakeSource = {
    published,
    lookFails: undefined,
    loadFails: undefined,
    gate: undefined,
    looks: 0,
    loads: 0,
    made: [],
    async look() {
      source.looks += 1;
      await source.gate;
      if (source.lookFails !== undefined) throw source.lookFails;
      return source.published;
    },
    async load() {
      source.loads += 1;
      await source.gate;
      if (source.loadFails !== undefined) throw source.loadFails;
      return { ...make(source.published), generation: source.published };
    },
    async loadPinned(manifest) {
      source.loads += 1;
      await source.gate;
      if (source.loadFails !== undefined) throw source.loadFails;
      return make(Buffer.from(manifest).toString().replace('the manifest of ', ''));
    },
  };
  return source;
}

/** Creates a clock that stands still until it is set. */
export function createFakeClock(): Clock & { ms: number } {
  const clock = { ms: Date.parse('2026-01-02T03:04:05.000Z'), nowMs: () => clock.ms };
  return clock;
}

/** Creates a logger that keeps `SEVERITY EVENT` of each line, and the last line's fields. */
export function createFakeLogger(): Logger & {
  readonly lines: string[];
  fields: Readonly<Record<string, unknown>> | undefined;
} {
  const logger: ReturnType<typeof createFakeLogger> = {
    lines: [],
    fields: undefined,
    log(severity, event, _message, fields) {
      logger.lines.push(`${severity} ${event}`);
      logger.fields = fields;
    },
  };
  return logger;
}

/** Lets all that can go on go on. */
export async function turn(): Promise<void> {
  await new Promise(setImmediate);
}
