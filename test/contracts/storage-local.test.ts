import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalStorage } from '../../src/adapters/local/storage.ts';
import { storageContract } from './storage.ts';

storageContract('a folder', async () => {
  const bucket = await mkdtemp(join(tmpdir(), 'scorestream-storage-'));
  return {
    storage: createLocalStorage(),
    bucket,
    keepsVersions: false,
    close: () => rm(bucket, { recursive: true, force: true }),
  };
});
