// What is read off a model file for people.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeField } from '../../src/model/onnx/fields.ts';
import { readGraph } from '../../src/model/onnx/graph.ts';

const FIELD = { producer: 2, producerVersion: 3, graph: 7, opset: 8 };

function toModel(producer: string, version: string, opsets: readonly (readonly [string, number])[]): Buffer {
  return Buffer.concat([
    ...encodeField(FIELD.producer, [Buffer.from(producer)]),
    ...encodeField(FIELD.producerVersion, [Buffer.from(version)]),
    ...opsets.flatMap(([domain, number]) =>
      encodeField(FIELD.opset, [...encodeField(1, [Buffer.from(domain)]), Buffer.of(0x10, number)]),
    ),
    ...encodeField(FIELD.graph, [Buffer.from([0x12, 0x01, 0x67])]), // a graph's name alone
  ]);
}

describe('readGraph', () => {
  it('lists opsets by domain, each once, in whatever order the exporter wrote them', () => {
    for (const opsets of [
      [['ai.onnx.ml', 1] as const, ['', 11] as const, ['', 11] as const],
      [['', 11] as const, ['ai.onnx.ml', 1] as const],
    ]) {
      assert.deepEqual(readGraph(toModel('skl2onnx', '1.20.0', opsets)).opsets, [
        { domain: '', version: 11 },
        { domain: 'ai.onnx.ml', version: 1 },
      ]);
    }
  });

  for (const [version, producer] of [
    ['1.20.0', 'exporter 1.20.0'],
    ['Git info:\n    Commit: b1bd2a6d\n    Author: somebody\n', 'exporter'],
  ] as const) {
    it(`names the exporter on one line: ${producer}`, () => {
      assert.equal(readGraph(toModel('exporter', version, [['', 1]])).producer, producer);
    });
  }
});
