// What `model init` asks a person to look at, because a graph does not tell it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeFirstManifest } from '../../src/model/init/init.ts';
import { EXPORTED_MODELS, readExported } from '../exported-models.ts';

describe('a first manifest', () => {
  for (const [name, says] of [
    ['mlp-logits-softmax', /"logits" are taken for values .*multiclass-classification.*"softmax"/],
    ['mlp-logit-sigmoid', /"logit" are taken for values .*binary-classification.*"sigmoid"/],
    ['multi-output-regressor', /"variable" are taken for values of a regression/],
    ['sigmoid-probability', /does not name its classes: they are numbered 0 to 1/],
  ] as const) {
    it(`says of ${name} what it took its numbers for`, async () => {
      assert.match((await toNotes(name)).join('\n'), says);
    });
  }

  it('says nothing of logits where there is one plain value', async () => {
    assert.doesNotMatch((await toNotes('ridge')).join('\n'), /logits/);
  });
});

async function toNotes(name: string): Promise<readonly string[]> {
  const exported = EXPORTED_MODELS.find((each) => each.name === name);
  assert.ok(exported);
  return (await makeFirstManifest(await readExported(exported), {})).notes;
}
