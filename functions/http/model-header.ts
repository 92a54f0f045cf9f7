import { toIdentityText } from '../../src/encode/prediction.ts';
import type { Model } from '../../src/model/model.ts';

/** The header that names the model which made an answer. */
export function toModelHeader({ identity }: Model): Readonly<Record<string, string>> {
  return { 'X-Model': toIdentityText(identity) };
}
