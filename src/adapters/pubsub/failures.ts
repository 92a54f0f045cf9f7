import { type ErrorCode, ScorerError } from '../../errors.ts';

/** gRPC status codes (https://grpc.io/docs/guides/status-codes/) that a person can do something about. */
const REMEDIES: Readonly<Record<number, string>> = {
  4: 'Pub/Sub did not answer in time.',
  5: 'It does not exist.',
  7: 'The account may not do that.',
  14: 'Pub/Sub can not be reached.',
  16: 'There are no credentials. On a laptop: gcloud auth application-default login.',
};

/** The code of a request that Pub/Sub refuses for what is in it: trying it again is in vain. */
export const INVALID_ARGUMENT = 3;

const PERMISSION_DENIED = 7;

/** The gRPC status code of an error of the SDK; undefined where it has none. */
export function grpcCodeOf(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}

/** The role that lets an account do what failed with such an error. */
const ROLES: Partial<Readonly<Record<ErrorCode, string>>> = {
  PUBLISH_FAILED: 'roles/pubsub.publisher on the topic',
  SUBSCRIPTION_FAILED: 'roles/pubsub.subscriber on the subscription',
};

/**
 * What went wrong with Pub/Sub, as an error of this product.
 *
 * @param what such as `Could not publish to …`
 * @param role what the account needs @default publishing or subscribing, by the code
 */
export function toPubSubFailure(
  what: string,
  code: ErrorCode,
  cause: unknown,
  role: string | undefined = ROLES[code],
): ScorerError {
  const grpcCode = grpcCodeOf(cause);
  const said = cause instanceof Error ? cause.message : String(cause);
  const remedy = grpcCode === undefined ? undefined : toRemedy(grpcCode, role);
  return new ScorerError(`${what}: ${remedy === undefined ? said : `${remedy} (${said})`}`, {
    code,
    cause,
    ...(grpcCode === undefined ? {} : { detail: { grpcCode } }),
  });
}

function toRemedy(grpcCode: number, role: string | undefined): string | undefined {
  const remedy = REMEDIES[grpcCode];
  return grpcCode === PERMISSION_DENIED && role !== undefined ? `${remedy} It needs ${role}.` : remedy;
}
