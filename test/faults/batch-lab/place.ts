// Where the objects of runs are: on a real server behind one that misbehaves, or in folders.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGcsStorage } from '../../../src/adapters/gcs/storage.ts';
import { createLocalStorage } from '../../../src/adapters/local/storage.ts';
import type { Storage } from '../../../src/ports/storage.ts';
import { type FaultyServer, startFaultyServer } from '../../servers/faulty-gcs.ts';
import type { GcsServer } from '../../servers/gcs.ts';
import type { PlaceName } from './trouble.ts';

/** A place with a bucket for inputs and one for results. */
export interface Place {
  readonly name: Exclude<PlaceName, 'process'>;
  /** As the functions see it. */
  readonly storage: Storage;
  /** Past all that misbehaves. */
  readonly truth: Storage;
  /** The name of the bucket that inputs are dropped into. */
  readonly bucket: string;
  /** The bucket of results; runs have folders in it. */
  readonly outputs: string;
  /** The server between; undefined where there is none. */
  readonly server: FaultyServer | undefined;
  close(): Promise<void>;
}

const BUCKETS = { drops: 'drops', outputs: 'outputs' } as const;

/** As many tries as in the product, at once. */
const PATIENCE = { firstDelayMs: 1 };

/** Buckets on a server; it is shared with whoever uses other buckets. */
export async function createCloudPlace(gcs: GcsServer): Promise<Place> {
  const server = await startFaultyServer(() => gcs.origin);
  const [, outputs] = [await gcs.createBucket(BUCKETS.drops), await gcs.createBucket(BUCKETS.outputs)];
  return {
    name: 'cloud',
    storage: createGcsStorage({ emulatorHost: server.host, patience: PATIENCE }),
    truth: createGcsStorage({ emulatorHost: gcs.host }),
    bucket: BUCKETS.drops,
    outputs,
    server,
    close: () => server.stop(),
  };
}

/** Folders that are removed in the end. */
export async function createLocalPlace(): Promise<Place> {
  const dir = await mkdtemp(join(tmpdir(), 'scorestream-batch-'));
  const [drops, outputs] = [join(dir, BUCKETS.drops), join(dir, BUCKETS.outputs)];
  await Promise.all([mkdir(drops), mkdir(outputs)]);
  const storage = createLocalStorage({ buckets: { [BUCKETS.drops]: drops } });
  return {
    name: 'local',
    storage,
    truth: storage,
    bucket: BUCKETS.drops,
    outputs,
    server: undefined,
    close: () => rm(dir, { recursive: true, force: true }),
  };
}
