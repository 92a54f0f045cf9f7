import type { Publisher } from '../../ports/publisher.ts';

export function createPubSubPublisher(_options: { readonly emulatorHost?: string } = {}): Publisher {
  throw new Error('not written yet');
}
