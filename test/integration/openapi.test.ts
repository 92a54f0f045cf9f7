// The description of the prediction function, over its real routes and over models of every kind.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Schema, Validator as SchemaValidator } from '@cfworker/json-schema';
import { Validator } from '@seriousme/openapi-schema-validator';
import { createAdmission } from '../../functions/http/admission.ts';
import { createDocument } from '../../functions/http/openapi/document.ts';
import { createPredictRoutes } from '../../functions/http/routes.ts';
import { createMeters } from '../../functions/meters/meters.ts';
import { scoreDocument } from '../../src/batch/score-document.ts';
import type { HttpParts } from '../../src/compose.ts';
import type { Model } from '../../src/model/model.ts';
import { EXPORTED_MODELS, type ExportedModel, initExported, openExported } from '../exported-models.ts';

/** Some of each kind of output, and of each kind of input. */
const NAMES = [
  'bool-label',
  'catboost-multiclass',
  'double-matrix',
  'hist-gradient-boosting-nan',
  'int64-matrix',
  'isolation-forest',
  'label-only',
  'linear-svc',
  'linear-svc-multiclass',
  'mixed-inputs',
  'multi-output-regressor',
  'multiclass-string-labels',
  'one-hot-outside',
  'pipeline-columns',
  'ridge',
  'zipmap-columns',
];

interface MediaType {
  readonly schema: object;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface OperationObject {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, MediaType>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, MediaType>> }>>;
}

const vertex = { healthRoute: '/ping', predictRoute: '/vertex' };
const parts = { corsOrigins: [], project: 'p', vertex, loadDocumentScorer: async () => scoreDocument };
const served = parts as unknown as HttpParts; // nobody asks them
const routes = createPredictRoutes(served, createAdmission(), createMeters(served));

async function documentOf(model: Model): Promise<Document> {
  return JSON.parse(JSON.stringify(await createDocument(routes, model))) as Document;
}

/** What is wrong with a value by one of the document's schemas. */
function validate(document: Document, schema: object, value: unknown): readonly unknown[] {
  const root = { ...schema, components: document.components } as Schema;
  return new SchemaValidator(root, '2020-12', true).validate(value).errors;
}

function mediaTypes(document: Document): readonly (readonly [string, MediaType])[] {
  return Object.values(document.paths).flatMap((operations) =>
    Object.values(operations).flatMap(({ requestBody, responses }) => [
      ...Object.entries(requestBody?.content ?? {}),
      ...Object.values(responses).flatMap(({ content = {} }) => Object.entries(content)),
    ]),
  );
}

describe('every route of the prediction function', () => {
  it('says what each of its methods does', () => {
    for (const [path, { methods, operations = {} }] of routes) {
      const described = methods.filter((method) => method !== 'HEAD' || !methods.includes('GET'));
      assert.deepEqual(Object.keys(operations).sort(), described.toSorted(), path);
    }
  });
});

for (const exported of EXPORTED_MODELS.filter(({ name }) => NAMES.includes(name))) {
  describe(`the description of ${exported.name}`, async () => {
    const model = await open(exported);
    const document = await documentOf(model);

    it('is OpenAPI 3.1, as its schema has it', async () => {
      const { valid, errors } = await new Validator().validate({ ...document });
      assert.ok(valid, JSON.stringify(errors));
    });

    it('has all routes and no other, and an id for each operation', () => {
      assert.deepEqual(Object.keys(document.paths), [...routes.keys()]);
      const ids = Object.values(document.paths).flatMap((each) =>
        Object.values(each).map((op) => op.operationId),
      );
      assert.equal(new Set(ids).size, ids.length);
    });

    it('gives examples that its schemas allow', () => {
      const given = mediaTypes(document).flatMap(([, { schema, examples = {} }]) =>
        Object.entries(examples).map(([name, { value }]) => ({ name, schema, value })),
      );
      assert.ok(given.length >= 12, String(given.length));
      for (const { name, schema, value } of given) {
        assert.deepEqual(validate(document, schema, value), [], `${name}: ${JSON.stringify(value)}`);
      }
    });

    it('allows the rows that the model was asked', () => {
      for (const instance of exported.instances) {
        const ref = { $ref: '#/components/schemas/Instance' };
        assert.deepEqual(validate(document, ref, instance), [], JSON.stringify(instance));
      }
    });
  });
}

async function open(exported: ExportedModel): Promise<Model> {
  return openExported(exported, await initExported(exported));
}
