// Whatever the bytes of a model file are, reading them ends with a graph or says that it is no model.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { ScorerError } from '../../src/errors.ts';
import { findClasses } from '../../src/model/onnx/classes.ts';
import { ignoresUnknown, knowsNaN } from '../../src/model/onnx/input-use.ts';
import { normaliseModel } from '../../src/model/onnx/normalise.ts';
import { EXPORTED_MODELS } from '../exported-models.ts';
import { mutate } from '../mutations.ts';

const FILES = 10_000;
const FIRST_SEED = 1;

/** A length that is believed would take far more. */
const MAX_ARRAY_BYTES = 256 * 1024 * 1024;

it(`${FILES} broken model files are read or refused, in bounded memory`, () => {
  const models = EXPORTED_MODELS.map(({ folder }) => readFileSync(join(folder, 'model.onnx')));
  const data = readFileSync(join(import.meta.dirname, '../models/external-data/model.onnx.data'));
  const files = new Map([['model.onnx.data', data]]);
  let read = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + FILES; seed += 1) {
    const bytes = mutate(models[seed % models.length] as Buffer, seed);
    try {
      const { graph, bytes: normalised } = normaliseModel(bytes, files);
      assert.ok(normalised.length < bytes.length + data.length + 1024 * 1024);
      for (const output of graph.outputs) findClasses(graph, output);
      for (const input of graph.inputs) [knowsNaN(graph, input), ignoresUnknown(graph, input)];
      read += 1;
    } catch (error) {
      assert.ok(error instanceof ScorerError && error.code === 'MODEL_INVALID', `seed ${seed}: ${error}`);
    }
    assert.ok(process.memoryUsage().arrayBuffers < MAX_ARRAY_BYTES, `seed ${seed} takes memory`);
  }
  assert.ok(read > FILES / 10 && read < FILES, `${read} were read`);
});
