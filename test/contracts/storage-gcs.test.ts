import { createGcsStorage } from '../../src/adapters/gcs/storage.ts';
import { describeWithGcs } from '../servers/gcs.ts';
import { storageContract } from './storage.ts';

describeWithGcs('the adapter of Cloud Storage, over a server', (server) => {
  for (const keepsVersions of [false, true]) {
    storageContract(`a bucket ${keepsVersions ? 'with' : 'without'} versions`, async () => ({
      storage: createGcsStorage({ emulatorHost: server().host, patience: { firstDelayMs: 1 } }),
      bucket: await server().createBucket(`contract-${keepsVersions}`, { isVersioned: keepsVersions }),
      keepsVersions,
      close: async () => {},
    }));
  }
});
