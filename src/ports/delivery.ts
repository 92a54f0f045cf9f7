import type { ScorerError } from '../errors.ts';

/** A message as it was delivered. */
export interface Delivery {
  /** The same at every delivery of the message. */
  readonly id: string;
  readonly data: Uint8Array;
  readonly attributes: Readonly<Record<string, string>>;
  /** RFC 3339; absent where the delivery does not say. */
  readonly publishTime: string | undefined;
  readonly orderingKey: string | undefined;
  /** Full name of the subscription that delivered it. */
  readonly subscription: string | undefined;
  /** How often the message was delivered, this time included; absent where the subscription does not count. */
  readonly attempt?: number;
  /** Why the message could not be told from its delivery; `data` is then what came instead. */
  readonly problem?: ScorerError;
}
