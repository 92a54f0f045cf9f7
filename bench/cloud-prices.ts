import type { RequestKind } from '../test/simulation/faults.ts';

/**
 * US dollars a request. https://cloud.google.com/storage/pricing#operations-charges: Standard class in a region,
 * $0.005 for 1,000 of class A, $0.0004 for 1,000 of class B, removals free.
 */
export const REQUEST_PRICES: Readonly<Record<RequestKind, number>> = {
  write: 0.005 / 1000,
  list: 0.005 / 1000,
  compose: 0.005 / 1000,
  read: 0.0004 / 1000,
  stat: 0.0004 / 1000,
  remove: 0,
  publish: 0, // priced by volume, below
};

/** https://cloud.google.com/run/pricing: request-based billing, tier 1, a second of a vCPU and of a GiB. */
const VCPU_SECOND = 0.000024;
const GIB_SECOND = 0.0000025;

/** https://cloud.google.com/pubsub/pricing: $40 a TiB published and delivered, 1,000 bytes a message at least. */
const MESSAGE_KB = (40 / 1024 ** 4) * 1000;

/** What busy deliveries cost, `perInstance` of which share one vCPU and one GiB. */
export function priceOfWork(busyS: number, perInstance: number): number {
  return (busyS / perInstance) * (VCPU_SECOND + GIB_SECOND);
}

/** What messages cost: each is published once and delivered some times. */
export function priceOfMessages(published: number, deliveries: number): number {
  return (published + deliveries) * MESSAGE_KB;
}
