/** Which topic is pushed where, and what happens when it isn't acknowledged. */
export interface PushSubscription {
  readonly name: string;
  readonly topic: string;
  /** `http:` or `https:`. */
  readonly endpoint: URL;
  /** A push without an answer for so long has failed. */
  readonly ackDeadlineMs: number;
  /** Wait after the first failed attempt; grows with each. */
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
  /** Failed attempts after which a message goes to `deadLetterTopic`; both are given or neither. @default never */
  readonly maxDeliveryAttempts?: number;
  readonly deadLetterTopic?: string;
  /** Whether messages of one ordering key come one at a time and in order. */
  readonly ordering: boolean;
}
