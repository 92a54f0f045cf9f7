import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { createGcsStorage } from '../../src/adapters/gcs/storage.ts';
import { type ErrorCode, ScorerError } from '../../src/errors.ts';
import type { Storage } from '../../src/ports/storage.ts';
import { type FaultyServer, startFaultyServer } from '../servers/faulty-gcs.ts';
import type { GcsServer } from '../servers/gcs.ts';

/** A bucket seen through a server that misbehaves, and as it is. */
export interface FaultyBucket {
  readonly server: FaultyServer;
  /** Through the server that misbehaves, with little patience. */
  readonly storage: Storage;
  /** Past it. */
  readonly truth: Storage;
  /** URI of the bucket. */
  readonly uri: string;
}

/** Patience of tests: as many tries as in the product, at once. */
export const PATIENCE = { firstDelayMs: 1 };

/** Sets a misbehaving server up before the tests of a group, and ends it after them. */
export function setUpFaultyBucket(real: () => GcsServer, bucket: string): () => FaultyBucket {
  let set: FaultyBucket | undefined;
  before(async () => {
    const server = await startFaultyServer(() => real().origin);
    set = {
      server,
      storage: createGcsStorage({ emulatorHost: server.host, patience: PATIENCE }),
      truth: createGcsStorage({ emulatorHost: real().host }),
      uri: await real().createBucket(bucket),
    };
  });
  after(() => set?.server.stop());
  return () => {
    assert.ok(set, 'the server starts when the tests begin');
    return set;
  };
}

/** Passes when `run` rejects with this code and a message like this. */
export async function assertFails(
  code: ErrorCode,
  message: RegExp,
  run: () => Promise<unknown>,
): Promise<void> {
  await assert.rejects(run, (error) => {
    assert.ok(error instanceof ScorerError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  });
}

/** An error as the JSON API answers it. */
export function apiError(status: number, reason: string, message: string): { status: number; body: string } {
  return {
    status,
    body: JSON.stringify({ error: { code: status, message, errors: [{ reason, message }] } }),
  };
}
