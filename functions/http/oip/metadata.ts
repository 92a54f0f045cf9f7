import { describeOutputs, PASSTHROUGH_OUTPUT } from '../../../src/encode/oip.ts';
import { describeGraphInputs, describeInputs, type TensorSpec } from '../../../src/features/tensor-inputs.ts';
import type { Model } from '../../../src/model/model.ts';

/** The outputs of a model: what it predicts and, where its manifest asks for it, what it hands on. */
export function outputsOf({ output, schema }: Model): readonly TensorSpec[] {
  const outputs = describeOutputs(output);
  return schema.passthrough.length === 0 ? outputs : [...outputs, PASSTHROUGH_OUTPUT];
}

/**
 * A model's metadata as JSON text. Models with columns take one tensor a column, which `inputs` lists, or the
 * graph's own input with all features, which `parameters` names.
 */
export function toMetadataJson(model: Model): string {
  const { identity, schema } = model;
  const [matrix, ...others] = describeGraphInputs(schema);
  const hasMatrix = schema.columns.length > 0 && matrix !== undefined && others.length === 0;
  return JSON.stringify({
    name: identity.name,
    versions: [identity.version],
    platform: 'onnx_onnxv1',
    inputs: describeInputs(schema),
    outputs: outputsOf(model),
    ...(hasMatrix
      ? { parameters: { features_input: matrix.name, features: matrix.shape[1], datatype: matrix.datatype } }
      : {}),
  });
}
