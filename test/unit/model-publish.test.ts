// What a published manifest looks like: other names for its files, and nothing else changed.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { ScorerError } from '../../src/errors.ts';
import { isContentNamed, toContentName, toOwnName } from '../../src/model/content-name.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { nameFiles, renameFiles } from '../../src/model/publish/rename.ts';

const sha = (text: string) => createHash('sha256').update(text).digest('hex');
const A = sha('a');
const B = sha('b');
const C = sha('c');
const short = (hex: string) => hex.slice(0, 12);

describe('the name of a content', () => {
  for (const [file, name] of [
    ['model.onnx', `model-${short(A)}.onnx`],
    ['model.onnx.data', `model.onnx-${short(A)}.data`],
    ['weights', `weights-${short(A)}`],
    ['día 1.bin', `día 1-${short(A)}.bin`],
    [`weights-${short(A)}.bin`, `weights-${short(A)}.bin`],
    [`weights-${short(B)}.bin`, `weights-${short(B)}-${short(A)}.bin`],
    [`-${short(A)}`, `-${short(A)}-${short(A)}`],
  ] as const) {
    it(`of ${file} is ${name}, once and for all`, () => {
      const published = { file: toContentName({ file, sha256: A }), sha256: A };
      assert.equal(published.file, name);
      assert.equal(toContentName(published), name);
      assert.ok(isContentNamed(published));
      assert.equal(toOwnName(published), file === name ? 'weights.bin' : file);
    });
  }

  it('is not what another content is called', () => {
    const file = `model-${short(B)}.onnx`;
    assert.equal(isContentNamed({ file, sha256: A }), false);
    assert.equal(toOwnName({ file, sha256: A }), file);
  });
});

describe('a published manifest', () => {
  const files = { model: { file: 'm.onnx', sha256: A }, golden: { file: 'g.json', sha256: B } };
  const toManifest = (document: object): Manifest =>
    ({ golden: undefined, data: [], ...document }) as unknown as Manifest; // the files of one
  const published = (text: string): string =>
    renameFiles(
      Buffer.from(text),
      nameFiles(toManifest(JSON.parse(text.replace(/^\ufeff/, '')) as object)),
    ).toString();

  for (const [what, text, expected] of [
    [
      'on one line',
      JSON.stringify(files),
      `{"model":{"file":"model-${short(A)}.onnx","sha256":"${A}"},"golden":{"file":"golden-${short(B)}.json","sha256":"${B}"}}`,
    ],
    [
      'with its spaces, line ends and numbers as they were',
      `\r\n{ "threshold" : 0.50 ,\t"model" :{\n"sha256": "${A}", "file" : "m.onnx" } }\r\n`,
      `\r\n{ "threshold" : 0.50 ,\t"model" :{\n"sha256": "${A}", "file" : "model-${short(A)}.onnx" } }\r\n`,
    ],
    [
      'without a golden file, with others',
      `{"data":[ {"file":"w.bin","sha256":"${B}"},{"sha256":"${C}","file":"x.y.z"} ],"model":{"file":"m","sha256":"${A}"}}`,
      `{"data":[ {"file":"w-${short(B)}.bin","sha256":"${B}"},{"sha256":"${C}","file":"x.y-${short(C)}.z"} ],"model":{"file":"model-${short(A)}.onnx","sha256":"${A}"}}`,
    ],
    [
      'with the same texts elsewhere',
      `{"name":"m.onnx","note":{"model":{"file":"m.onnx"}},"model":{"file":"m.onnx","sha256":"${A}"},"x":["model",{"file":"m.onnx"}]}`,
      `{"name":"m.onnx","note":{"model":{"file":"m.onnx"}},"model":{"file":"model-${short(A)}.onnx","sha256":"${A}"},"x":["model",{"file":"m.onnx"}]}`,
    ],
    [
      'with escapes and members given twice, of which the last counts',
      `{"model":{"file":"old","sha256":"${B}"},"mod\\u0065l":{"file":"a","f\\u0069le":"\\u006d\\"}.onnx","sha256":"${A}"}}`,
      `{"model":{"file":"old","sha256":"${B}"},"mod\\u0065l":{"file":"a","f\\u0069le":"model-${short(A)}.onnx","sha256":"${A}"}}`,
    ],
    [
      'with a byte order mark and other letters than ASCII',
      `\ufeff{"description":"día 🛫","model":{"file":"modèle.onnx","sha256":"${A}"}}`,
      `\ufeff{"description":"día 🛫","model":{"file":"model-${short(A)}.onnx","sha256":"${A}"}}`,
    ],
    [
      'that was published before',
      `{"model":{"file":"model-${short(A)}\\u002eonnx","sha256":"${A}"}}`,
      `{"model":{"file":"model-${short(A)}\\u002eonnx","sha256":"${A}"}}`,
    ],
  ] as const) {
    it(`${what} differs in the names of its files alone`, () => {
      assert.equal(published(text), expected);
      assert.equal(published(expected), expected);
    });
  }

  it('names no file with more than 255 characters', () => {
    const data = [{ file: `${'x'.repeat(250)}.bin`, sha256: B }];
    assert.throws(
      () => nameFiles(toManifest({ ...files, data })),
      (error) => {
        assert.ok(error instanceof ScorerError);
        assert.equal(error.code, 'MODEL_INVALID');
        return true;
      },
    );
  });
});
