/** A message to publish. */
export interface OutgoingMessage {
  readonly data: Uint8Array;
  readonly attributes: Readonly<Record<string, string>>;
  /** Messages of one key are delivered in order where the subscription asks for it. */
  readonly orderingKey?: string;
}

/** Topics one can publish to. */
export interface Publisher {
  /**
   * Publishes messages to a topic, in order, and resolves with their ids once **all** are
   * accepted (durable): only then may the caller acknowledge what they came from.
   *
   * @throws ScorerError `PUBLISH_FAILED` when any was not accepted; some may have been.
   */
  publish(
    topic: string,
    messages: readonly OutgoingMessage[],
    options?: { readonly signal?: AbortSignal },
  ): Promise<readonly string[]>;
  /** Waits for what is under way and releases what is held. */
  close(): Promise<void>;
}
