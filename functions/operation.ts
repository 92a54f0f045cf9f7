import type { JsonSchema } from '../src/features/value-schema.ts';
import type { Model } from '../src/model/model.ts';

/** What one method of a route does, as OpenAPI 3.1 says it. */
export interface Operation {
  readonly summary: string;
  readonly description?: string;
  /** Parameter objects; those of the path that are not among them are made of its names. */
  readonly parameters?: readonly JsonSchema[];
  readonly requestBody?: JsonSchema;
  /** Response objects by status; what every route answers needn't be among them. */
  readonly responses: Readonly<Record<string, JsonSchema>>;
  /** Schemas that it refers to as `#/components/schemas/NAME`; of equal names there is one. */
  readonly schemas?: Readonly<Record<string, JsonSchema>>;
}

/** Describes an operation as it is with the model that is served. */
export type Describe = (model: Model) => Operation | Promise<Operation>;

/** The operations of a route by method. HEAD is that of GET, and OPTIONS is answered everywhere: neither is named. */
export type Operations = Readonly<Partial<Record<'GET' | 'POST', Describe>>>;

/** A JSON body of a response. */
export function jsonOf(schema: JsonSchema): JsonSchema {
  return { 'application/json': { schema } };
}
