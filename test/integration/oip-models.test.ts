// Models of many libraries answer inferences with what /predict answers, of the tensors that their metadata names.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createAdmission } from '../../functions/http/admission.ts';
import { infer } from '../../functions/http/oip/infer.ts';
import { toMetadataJson } from '../../functions/http/oip/metadata.ts';
import { predict } from '../../functions/http/predict.ts';
import type { Model } from '../../src/model/model.ts';
import { EXPORTED_MODELS, initExported, openExported } from '../exported-models.ts';
import { toPredictTask } from '../predict-task.ts';

const admitted = createAdmission().admit(0, {});

interface Tensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
}

interface Metadata {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/** One row's members, as the answer of `/predict` has them. */
type Members = Readonly<Record<string, unknown>>;

/** The instances as the tensors that the metadata describes. */
function toInputs({ schema }: Model, { inputs }: Metadata, instances: readonly unknown[]): readonly object[] {
  let start = 0;
  return inputs.map((input) => {
    const width = input.shape[1] ?? 1;
    const names =
      schema.columnNames.length > 0 ? [input.name] : schema.featureNames.slice(start, start + width);
    const first = start;
    start += width;
    const data = instances.flatMap(
      (instance) =>
        Array.isArray(instance)
          ? instance.slice(first, first + width)
          : names.map((name) => (instance as Members)[name]), // an object, as JSON has it
    );
    return { ...input, shape: [instances.length, width], data };
  });
}

/** The tensors of an answer as rows of members. */
function toRows(text: string, rows: number): readonly Members[] {
  const { outputs } = JSON.parse(text) as { outputs: readonly (Tensor & { data: readonly unknown[] })[] };
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(
      outputs.map(({ name, shape: [, width], data }) => [
        name,
        width === undefined ? data[row] : data.slice(row * width, (row + 1) * width),
      ]),
    ),
  );
}

describe('inferences of', () => {
  for (const exported of EXPORTED_MODELS) {
    it(`${exported.name} are the predictions of /predict`, async () => {
      const model = await openExported(exported, await initExported(exported));
      try {
        const { instances } = exported;
        const metadata = JSON.parse(toMetadataJson(model)) as Metadata;
        const isTable = model.schema.columnNames.length > 0 && Array.isArray(instances[0]);
        const named = isTable
          ? instances.map((each) => nameValues(model, each as readonly unknown[]))
          : instances;
        const body = JSON.stringify({ inputs: toInputs(model, metadata, named) });
        const answer = await infer(model, Buffer.from(body), admitted);
        assert.equal(answer.status, 200, String(answer.body));
        const expected = await predict(model, toPredictTask('json', JSON.stringify({ instances })));
        const { predictions } = JSON.parse(String(expected.body)) as { predictions: readonly Members[] };
        assert.deepEqual(toRows(String(answer.body), instances.length), predictions);
        const { outputs } = JSON.parse(String(answer.body)) as Metadata;
        assert.deepEqual(
          outputs.map(({ name, datatype, shape: [, ...rest] }) => ({ name, datatype, shape: [-1, ...rest] })),
          metadata.outputs,
        );
      } finally {
        await model.release();
      }
    });
  }
});

it('an inference hands on what the manifest says, and a row that has none of it an empty object', async () => {
  const exported = EXPORTED_MODELS.find(({ name }) => name === 'mixed-inputs');
  assert.ok(exported !== undefined);
  const model = await openExported(exported, {
    ...(await initExported(exported)),
    passthrough: ['id', 'note'],
  });
  try {
    const instances = exported.instances.slice(0, 2);
    const metadata = JSON.parse(toMetadataJson(model)) as Metadata;
    assert.deepEqual(metadata.outputs.at(-1), { name: 'passthrough', datatype: 'BYTES', shape: [-1] });
    const id = { name: 'id', datatype: 'INT32', shape: [2], data: [7, 8] };
    const columns = toInputs(model, metadata, instances);
    const ask = async (inputs: readonly object[]): Promise<unknown> => {
      const outputs = [{ name: 'passthrough' }];
      const { body } = await infer(model, Buffer.from(JSON.stringify({ inputs, outputs })), admitted);
      return (JSON.parse(String(body)) as { outputs: [{ data: unknown }] }).outputs[0].data;
    };
    assert.deepEqual(await ask([...columns, id]), ['{"id":7}', '{"id":8}']);
    assert.deepEqual(await ask(columns), ['{}', '{}']);
  } finally {
    await model.release();
  }
});

function nameValues({ schema }: Model, values: readonly unknown[]): Members {
  return Object.fromEntries(schema.columnNames.map((name, index) => [name, values[index]]));
}
