import assert from 'node:assert/strict';
import { it } from 'node:test';
import { toPubSubFailure } from '../../src/adapters/pubsub/failures.ts';

const denied = Object.assign(new Error('7 PERMISSION_DENIED: User not authorized.'), { code: 7 });

for (const [code, role, expected] of [
  ['PUBLISH_FAILED', undefined, 'roles/pubsub.publisher on the topic'],
  ['SUBSCRIPTION_FAILED', undefined, 'roles/pubsub.subscriber on the subscription'],
  ['SUBSCRIPTION_FAILED', 'roles/pubsub.viewer on it', 'roles/pubsub.viewer on it'],
] as const) {
  it(`a ${code} for want of a role names ${expected}`, () => {
    const { message, detail } = toPubSubFailure('It failed', code, denied, role);
    const said = '(7 PERMISSION_DENIED: User not authorized.)';
    assert.equal(message, `It failed: The account may not do that. It needs ${expected}. ${said}`);
    assert.deepEqual(detail, { grpcCode: 7 });
  });
}

it('a failure that is none of gRPC says what it says', () => {
  const { message, detail } = toPubSubFailure('It failed', 'PUBLISH_FAILED', new Error('Out of paper.'));
  assert.deepEqual([message, detail], ['It failed: Out of paper.', {}]);
});
