import type { FeatureSchema } from './schema.ts';

/**
 * Names the values of arrays that have one for each column, in the manifest's order: a table's row that came without
 * its header. Only where that can't be features: the model has columns, and not as many as features. Everything else
 * is left as it is.
 */
export function nameColumns(
  { columnNames, featureNames }: FeatureSchema,
  instances: readonly unknown[],
): readonly unknown[] {
  const { length } = columnNames;
  if (length === 0 || length === featureNames.length) return instances;
  return instances.map((instance) =>
    Array.isArray(instance) && instance.length === length
      ? Object.fromEntries(columnNames.map((name, index) => [name, instance[index]]))
      : instance,
  );
}
