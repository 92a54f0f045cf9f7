// What any script that serves a model must do; prints the milliseconds that it takes.
const startMs = performance.now();
const { readFileSync } = await import('node:fs');
const { InferenceSession, Tensor } = await import('onnxruntime-node');
const session = await InferenceSession.create(readFileSync('model-files/flight-delay/model.onnx'));
const { label } = await session.run({ features: new Tensor('float32', new Float32Array(74), [2, 37]) });
if (label?.data.length !== 2) throw new Error('no prediction');
process.stdout.write(String(performance.now() - startMs));
