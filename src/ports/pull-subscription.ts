/** A message that was pulled and waits to be acknowledged. */
export interface PulledMessage {
  /** Stands for this delivery of the message, and for nothing later. */
  readonly ackId: string;
  /** The same at every delivery of the message. */
  readonly messageId: string;
  readonly data: Uint8Array;
  readonly attributes: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly publishTime: string;
  readonly orderingKey?: string;
}

/** A subscription that one pulls from. Every method throws ScorerError `SUBSCRIPTION_FAILED` when it can't. */
export interface PullSubscription {
  /**
   * Takes messages that nobody else has taken, the oldest first where it can be told, up to `max` (1 to
   * 1,000); none when nothing waits. What is neither acknowledged nor released comes again after ten minutes
   * at the latest.
   */
  pull(max: number, options?: { readonly signal?: AbortSignal }): Promise<readonly PulledMessage[]>;
  /** Resolves once these deliveries are acknowledged: their messages do not come again. */
  acknowledge(ackIds: readonly string[]): Promise<void>;
  /** Gives deliveries back, to be pulled again at once. */
  release(ackIds: readonly string[]): Promise<void>;
  close(): Promise<void>;
}
