// The page to try a model: what it holds of any model, and what it can't be made to hold.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { Script } from 'node:vm';
import { describeModel, type PageModel } from '../../functions/http/page/describe.ts';
import { toColumnField, toFeatureField, toInstanceField } from '../../functions/http/page/fields.ts';
import { toNotReadyPage, toPage } from '../../functions/http/page/page.ts';
import { POLICY } from '../../functions/http/page/policy.ts';
import { SCRIPT } from '../../functions/http/page/script.ts';
import type { ColumnSpec } from '../../src/features/column-spec.ts';
import { EXPORTED_MODELS, initExported, openExported } from '../exported-models.ts';
import { HOSTILE, toNodes } from './markup.ts';

/** The page's elements, without what stands in its scripts and its style. */
function elementsOf(page: string): ReturnType<typeof toNodes> {
  return toNodes(page.trim().replaceAll(/(<(script|style)[^>]*>).*?(<\/\2>)/gs, '$1$3'));
}

function toHostileModel(text: string): PageModel {
  const specs: readonly ColumnSpec[] = [
    { name: `${text} category`, type: 'category', categories: [text, 'other'], missing: text },
    { name: `${text} open`, type: 'category', categories: [text], unknown: 'ignore' },
    { name: `${text} number`, type: 'number', min: 0, max: 1 },
    { name: `${text} boolean`, type: 'boolean' },
    { name: `${text} string`, type: 'string' },
    { name: `${text} timestamp`, type: 'timestamp', parts: ['year'] },
  ];
  return {
    identity: { name: text, version: text, digest: text },
    description: text,
    fields: [
      ...specs.map((spec) => toColumnField(spec, text, text)),
      ...(['string', 'bool', 'int64', 'float32'] as const).map((type) => toFeatureField(text, type, text)),
      toInstanceField(text, { [text]: text }),
    ],
    instance: 'object',
    output: { kind: 'probabilities', classes: [text, 'other'], everyClass: false },
  };
}

function factsOf(page: string): unknown {
  const [, json = ''] = /<script type="application\/json" id="model">(.*?)<\/script>/s.exec(page) ?? [];
  return JSON.parse(json);
}

describe('the page to try a model', () => {
  for (const text of HOSTILE) {
    it(`holds ${JSON.stringify(text)} as text wherever a manifest can put it`, () => {
      const page = toPage(toHostileModel(text));
      const harmless = toPage(toHostileModel('usual'));
      const shape = (html: string) => elementsOf(html).map(({ tag, attributes }) => [tag, ...attributes]);
      assert.deepEqual(shape(page), shape(harmless));
      assert.equal(page.match(/<script/g)?.length, 2, 'scripts');
      const { fields, output } = factsOf(page) as PageModel;
      assert.equal(fields[0]?.name, `${text} category`);
      assert.deepEqual(output, toHostileModel(text).output);
    });

    it(`holds ${JSON.stringify(text)} as text where it is why there is no model`, () => {
      const shape = (html: string) => elementsOf(html).map(({ tag, attributes }) => [tag, ...attributes]);
      assert.deepEqual(shape(toNotReadyPage(text)), shape(toNotReadyPage('usual')));
    });
  }

  it('has the script and the style that its policy lets in, and no others', () => {
    const page = toPage(toHostileModel('usual'));
    for (const [directive, pattern] of [
      ['script-src', /<script>(.*?)<\/script>/s],
      ['style-src', /<style>(.*?)<\/style>/s],
    ] as const) {
      const [, text = ''] = pattern.exec(page) ?? [];
      const hash = createHash('sha256').update(text).digest('base64');
      assert.ok(text.length > 100 && POLICY.includes(`${directive} 'sha256-${hash}'`), directive);
    }
    assert.doesNotMatch(POLICY, /unsafe|\*|https?:/);
    assert.match(POLICY, /^default-src 'none'; .*form-action 'none'; frame-ancestors 'none'/);
    const styled = elementsOf(page).filter(({ attributes }) =>
      attributes.some((name) => name === 'style' || name.startsWith('on')),
    );
    assert.deepEqual(styled, []);
  });

  it('has a script that is JavaScript and stays within its element', () => {
    assert.doesNotThrow(() => new Script(SCRIPT));
    assert.doesNotMatch(SCRIPT, /<\/|<!--/);
  });

  it('names no address but its own', () => {
    assert.doesNotMatch(toPage(toHostileModel('usual')), /https?:\/\//);
  });

  it('lets a category be one of its values, and one that may be missing be left out', () => {
    const spec: ColumnSpec = { name: 'MES', type: 'category', categories: [1, 'x'], missing: 1 };
    const control = toColumnField(spec, '', 'x').toControl({ id: 'f' });
    assert.equal(
      control,
      '<select id="f"><option value="1">1</option><option value="&quot;x&quot;" selected="selected">x</option>' +
        '<option value="null">(missing)</option></select>',
    );
  });

  it('gives a number its bounds and its step', () => {
    const spec: ColumnSpec = { name: 'age', type: 'number', min: 0, max: 130, integer: true };
    const control = toColumnField(spec, '', 59).toControl({ id: 'f' });
    assert.match(control, /type="number" min="0" max="130" step="1"/);
    assert.match(control, /value="59"/);
  });
});

describe('the page of an exported model', () => {
  for (const name of ['mixed-inputs', 'one-hot-outside', 'isolation-forest', 'multi-output-regressor']) {
    it(`has a labelled field for each column or feature: ${name}`, async () => {
      const exported = EXPORTED_MODELS.find((each) => each.name === name);
      assert.ok(exported);
      const model = await openExported(exported, await initExported(exported));
      try {
        const page = toPage(describeModel(model));
        const { columnNames, featureNames } = model.schema;
        const names = columnNames.length > 0 ? columnNames : featureNames;
        names.forEach((each, index) => {
          assert.ok(page.includes(`<label for="field-${index}"><bdi>${each}</bdi></label>`), each);
          assert.match(page, new RegExp(`<(?:input|select) id="field-${index}"`));
        });
        assert.ok(names.length > 0 && !page.includes(`field-${names.length}`));
      } finally {
        await model.release();
      }
    });
  }
});
