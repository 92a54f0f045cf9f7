import type { Publisher } from './ports/publisher.ts';
import { isFullTopicName } from './pubsub-names.ts';

/** Which publisher has which topics. */
export interface PublisherRouterOptions {
  /** Has the topics with short names. */
  readonly local: Publisher;
  /** Makes the adapter of Pub/Sub; called once, when the first of its topics is used or warmed. */
  loadPubSub(): Promise<Publisher>;
}

/** A publisher over two. */
export interface PublisherRouter extends Publisher {
  /** Loads the adapter of Pub/Sub before a message needs it. A failure shows at the first publish. */
  warm(): void;
}

/** Creates one publisher over two: full names are topics on Pub/Sub, short ones local. */
export function createPublisherRouter({ local, loadPubSub }: PublisherRouterOptions): PublisherRouter {
  let loading: Promise<Publisher> | undefined;
  const load = (): Promise<Publisher> => {
    loading ??= loadPubSub().catch((error: unknown) => {
      loading = undefined; // the next one tries again
      throw error;
    });
    return loading;
  };
  return {
    warm() {
      load().catch(() => undefined);
    },
    async publish(topic, messages, options) {
      const publisher = isFullTopicName(topic) ? await load() : local;
      return publisher.publish(topic, messages, options);
    },
    async close() {
      await local.close();
      await (await loading)?.close();
    },
  };
}
