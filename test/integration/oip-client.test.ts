// A client that others made, NVIDIA's tritonclient, predicts over the Open Inference Protocol.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { preparePython } from '../docs/python-environment.ts';
import { skip } from '../servers/skip.ts';
import { type FunctionServer, startServer } from './function-server.ts';

const CLIENTS = join(import.meta.dirname, '../clients');
const python = await preparePython(join(CLIENTS, 'requirements.txt'));

const SHAPES = { label: [2], probability: [2], probabilities: [2, 2] };
const PREDICTED = { version: '1', shapes: SHAPES, label: [1, 0], probability: ['0.72130173', '0.2413311'] };

describe('tritonclient', () => {
  if ('reason' in python) {
    skip('tritonclient', python.reason);
    return;
  }
  let server: FunctionServer;
  let told: Readonly<Record<string, unknown>>;
  before(async () => {
    server = await startServer('predict');
    const { stdout } = await promisify(execFile)(join(python.folder, 'bin/python'), [
      join(CLIENTS, 'predict.py'),
      server.url.slice('http://'.length),
    ]);
    told = JSON.parse(stdout);
  });
  after(() => server?.stop());

  it('finds the server live and ready, and the model that it serves alone', () => {
    const { live, ready, model, other, server: name, index } = told;
    assert.deepEqual([live, ready, model, other, name], [true, true, true, false, 'scorestream']);
    assert.deepEqual(index, [{ name: 'flight-delay', version: '1', state: 'READY', reason: '' }]);
  });

  it('predicts by the columns that the metadata names, by features, and compressed', () => {
    assert.deepEqual(told['columns'], { id: 'a', ...PREDICTED });
    assert.deepEqual(told['features'], { id: null, ...PREDICTED });
    assert.deepEqual(told['gzip'], { id: null, ...PREDICTED });
  });

  it('is told what it can do where it sends or asks for binary tensors, and which model there is', () => {
    assert.match(String(told['binary']), /Inference-Header-Content-Length: .* binary_data=False/);
    assert.match(String(told['no outputs']), /"binary_data_output": .* binary_data=False/);
    assert.equal(told['unknown'], 'There is no model "other": "flight-delay" of version "1" is served.');
  });
});
