import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach } from 'node:test';
import { createGcsStorage } from '../../src/adapters/gcs/storage.ts';
import { createLocalStorage } from '../../src/adapters/local/storage.ts';
import { type Publication, publishModel } from '../../src/model/publish/publish.ts';
import { loadModel } from '../../src/model/source.ts';
import type { Storage } from '../../src/ports/storage.ts';
import { createStorageRouter } from '../../src/storage-router.ts';
import { copyModelFiles, toVariant } from '../model-variant.ts';
import type { GcsServer } from '../servers/gcs.ts';

/** What publishing takes besides the places. */
export const COMMON = { signal: new AbortController().signal, maxBytes: 1_000_000 };

/** Local folders to publish from, and a folder of a bucket to publish in that each test has for itself. */
export interface PublishFixture {
  readonly storage: Storage;
  /** A local folder that goes away after the tests. */
  readonly dir: string;
  /** Keeps versions. */
  readonly bucket: string;
  readonly to: string;
  /** A local folder with a variant of the shipped model. */
  variant(version: string): Promise<string>;
  publish(version: string): Promise<Publication>;
  /** Version and digest of the model that loads from a folder. */
  served(folder?: string): Promise<string>;
}

/** Sets it up around the tests of a group. */
export function setUpPublishing(server: () => GcsServer, name: string): PublishFixture {
  let dir = '';
  let bucket = '';
  let count = 0;
  const storage = createStorageRouter({
    local: createLocalStorage(),
    localBuckets: [],
    loadGcs: async () => createGcsStorage({ emulatorHost: server().host }),
  });
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'scorestream-publish-'));
    bucket = await server().createBucket(name, { isVersioned: true });
  });
  after(() => rm(dir, { recursive: true, force: true }));
  beforeEach(() => {
    count += 1;
  });
  const fixture: PublishFixture = {
    storage,
    get dir() {
      return dir;
    },
    get bucket() {
      return bucket;
    },
    get to() {
      return `${bucket}/some models/${count}`;
    },
    async variant(version) {
      const folder = join(dir, `${count}-${version}`);
      await copyModelFiles(folder);
      await writeFile(join(folder, 'manifest.json'), await toVariant({ version, threshold: 0.5 }));
      return folder;
    },
    async publish(version) {
      return publishModel(storage, { ...COMMON, from: await fixture.variant(version), to: fixture.to });
    },
    async served(folder = fixture.to) {
      const model = await loadModel(storage, folder);
      await model.release();
      return `${model.identity.version} ${model.identity.digest}`;
    },
  };
  return fixture;
}
