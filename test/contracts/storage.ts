import { after, before, describe } from 'node:test';
import { storageChangesContract } from './storage-changes.ts';
import { createStorageFixture, type StorageUnderTest } from './storage-fixture.ts';
import { storageListingContract } from './storage-listing.ts';
import { storageReadingContract } from './storage-reading.ts';
import { storageVersionsContract } from './storage-versions.ts';
import { storageWritingContract } from './storage-writing.ts';

/** What every adapter of the `Storage` port must do; runs through the port alone. */
export function storageContract(name: string, setup: () => Promise<StorageUnderTest>): void {
  describe(`${name} keeps the storage contract:`, () => {
    let underTest: StorageUnderTest | undefined;

    before(async () => {
      underTest = await setup();
    });
    after(() => underTest?.close());

    const fixture = createStorageFixture(() => {
      if (underTest === undefined) throw new Error('The storage is set up when the tests begin.');
      return underTest;
    });
    storageWritingContract(fixture);
    storageReadingContract(fixture);
    storageVersionsContract(fixture);
    storageChangesContract(fixture);
    storageListingContract(fixture);
  });
}
