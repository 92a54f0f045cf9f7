const TOPIC = /^projects\/[^/]+\/topics\/[^/]+$/;
const SUBSCRIPTION = /^projects\/([^/]+)\/subscriptions\/([^/]+)$/;

/** True for the full name of a topic on Pub/Sub, `projects/PROJECT/topics/NAME`. */
export function isFullTopicName(name: string): boolean {
  return TOPIC.test(name);
}

/** The parts of a subscription's full name, `projects/PROJECT/subscriptions/NAME`; undefined for another text. */
export function parseSubscriptionName(
  name: string,
): { readonly project: string; readonly subscription: string } | undefined {
  const [, project, subscription] = SUBSCRIPTION.exec(name) ?? [];
  return project === undefined || subscription === undefined ? undefined : { project, subscription };
}
