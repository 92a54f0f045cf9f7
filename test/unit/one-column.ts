// A schema of one column and one feature, and what comes of one value.
import type { ColumnSpec } from '../../src/features/column-spec.ts';
import { encodeRecords, planCsv } from '../../src/features/csv.ts';
import type { InputType } from '../../src/features/frame.ts';
import { encodeInstances } from '../../src/features/instances.ts';
import type { EncodedRows } from '../../src/features/rows.ts';
import { createFeatureSchema, type FeatureSchema } from '../../src/features/schema.ts';

/** How a row comes in. */
export type Door = 'json' | 'csv' | 'array';

/** One column `c`, one feature. */
export function schemaOf(type: InputType, column: object, name = 'c'): FeatureSchema {
  const inputs = [{ name: 'x', type, width: 1 }] as const;
  return createFeatureSchema({
    inputs,
    features: [name],
    columns: [{ name, ...column } as ColumnSpec],
    passthrough: [],
  }); // whatever the case says
}

/** The one feature of a value, or the code of its problem. */
export function featureOf(schema: FeatureSchema, door: Door, value: unknown): unknown {
  const encoded: EncodedRows =
    door === 'csv'
      ? encodeRecords(planCsv(schema, schema.columnNames), [
          { line: 2, raw: Buffer.alloc(0), fields: [Buffer.from(String(value)).toString('latin1')] },
        ])
      : encodeInstances(schema, [door === 'array' ? [value] : JSON.parse(`{"c":${JSON.stringify(value)}}`)]);
  return encoded.failures[0]?.problems[0].code ?? encoded.frame.data[0]?.[0];
}
