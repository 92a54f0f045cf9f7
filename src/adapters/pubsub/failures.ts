import { type ErrorCode, ScorerError } from '../../errors.ts';

/** gRPC status codes (https://grpc.io/docs/guides/status-codes/) that a person can do something about. */
const REMEDIES: Readonly<Record<number, string>> = {
  4: 'Pub/Sub did not answer in time.',
  5: 'It does not exist.',
  7: 'The account may not do that: it lacks a role.',
  14: 'Pub/Sub can not be reached.',
  16: 'There are no credentials. On a laptop: gcloud auth application-default login.',
};

/** The code of a request that Pub/Sub refuses for what is in it: trying it again is in vain. */
export const INVALID_ARGUMENT = 3;

/** The gRPC status code of an error of the SDK; undefined where it has none. */
export function grpcCodeOf(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}

/** What went wrong with Pub/Sub, as an error of this product. @param what such as `Could not publish to …` */
export function toPubSubFailure(what: string, code: ErrorCode, cause: unknown): ScorerError {
  const grpcCode = grpcCodeOf(cause);
  const said = cause instanceof Error ? cause.message : String(cause);
  const remedy = grpcCode === undefined ? undefined : REMEDIES[grpcCode];
  return new ScorerError(`${what}: ${remedy === undefined ? said : `${remedy} (${said})`}`, {
    code,
    cause,
    ...(grpcCode === undefined ? {} : { detail: { grpcCode } }),
  });
}
