// A CSV as `model init` looks at it, and the columns that it makes of it.
import assert from 'node:assert/strict';
import type { ColumnSpec } from '../../src/features/column-spec.ts';
import type { InputType } from '../../src/features/frame.ts';
import { encodeInstances } from '../../src/features/instances.ts';
import { createFeatureSchema } from '../../src/features/schema.ts';
import { profileCsv, type TableProfile } from '../../src/model/init/profile.ts';
import { type ColumnChoice, columnsFromTable } from '../../src/model/init/table-columns.ts';
import { toInstances } from '../../src/model/init/table-instances.ts';
import type { RunInput } from '../../src/model/session.ts';

/** Looks at a CSV that comes byte by byte. */
export async function profile(csv: string): Promise<TableProfile> {
  return profileCsv(
    (async function* () {
      for (const byte of Buffer.from(csv)) yield Buffer.of(byte);
    })(),
  );
}

/** The one input of a model that takes so many features. */
export function matrix(width: number, type: InputType = 'float32'): readonly RunInput[] {
  return [{ name: 'x', type, width, rank: 2 }];
}

/** The columns, in short; every row of the CSV must then be one that they take. */
export async function columnsOf(
  inputs: readonly RunInput[],
  csv: string,
  choice: ColumnChoice = {},
): Promise<readonly ColumnSpec[]> {
  const table = await profile(csv);
  const { columns, features } = columnsFromTable(inputs, table.columns, {
    ...choice,
    ignoresUnknown: () => false,
  });
  const schema = createFeatureSchema({ inputs, features, columns, passthrough: [] });
  assert.deepEqual(encodeInstances(schema, toInstances(table.rows, columns)).failures, []);
  return columns;
}
