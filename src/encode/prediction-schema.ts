import type { JsonSchema } from '../features/value-schema.ts';
import type { Label, OutputKind } from '../model/predictions.ts';

const NUMBER: JsonSchema = { type: ['number', 'null'] };

/**
 * Says as JSON Schema what `toPredictionJson` writes for a model.
 *
 * @param passthrough keys of an instance that come back with its prediction
 */
export function toPredictionSchema(output: OutputKind, passthrough: readonly string[]): JsonSchema {
  const members = membersOf(output);
  return {
    type: 'object',
    properties: { ...members, ...(passthrough.length === 0 ? {} : { passthrough: toHandedOn(passthrough) }) },
    required: Object.keys(members).filter((name) => !(output.kind === 'anomaly' && name === 'score')),
    additionalProperties: false,
  };
}

function membersOf(output: OutputKind): Readonly<Record<string, JsonSchema>> {
  switch (output.kind) {
    case 'probabilities': {
      const { classes } = output;
      const probability = {
        type: ['number', 'null'],
        description: classes.length === 2 ? 'Of the positive class.' : 'Of the label.',
      };
      return { label: toLabel(classes), probability, probabilities: toEach(classes.map(String)) };
    }
    case 'scores': {
      const { classes, signed } = output;
      const score = { label: toLabel(classes), score: NUMBER };
      return signed ? score : { ...score, scores: toEach(classes.map(String)) };
    }
    case 'anomaly':
      return { label: { enum: [-1, 1], description: '-1 for an anomaly, else 1.' }, score: NUMBER };
    case 'label':
      return { label: { type: ['string', 'number', 'boolean', 'null'] } };
    case 'values':
      return output.targets.length === 1 ? { value: NUMBER } : { values: toEach(output.targets) };
  }
}

function toLabel(classes: readonly Label[]): JsonSchema {
  return { enum: classes };
}

function toEach(names: readonly string[]): JsonSchema {
  const description = `One for each of ${names.slice(0, MAX_LISTED).join(', ')}${names.length > MAX_LISTED ? ', …' : ''}.`;
  return { type: 'array', items: NUMBER, minItems: names.length, maxItems: names.length, description };
}

const MAX_LISTED = 20;

function toHandedOn(names: readonly string[]): JsonSchema {
  return { type: 'object', properties: Object.fromEntries(names.map((name) => [name, {}])) };
}
