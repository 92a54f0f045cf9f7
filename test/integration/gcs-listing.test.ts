import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createGcsStorage } from '../../src/adapters/gcs/storage.ts';
import { type FaultyServer, startFaultyServer } from '../servers/faulty-gcs.ts';
import { apiError, PATIENCE } from './gcs-faults.ts';

const toItem = (name: string, generation: string) => ({ name, generation, size: '1', crc32c: 'AAAAAA==' });

describe('a listing of Cloud Storage', () => {
  let server: FaultyServer;
  before(async () => {
    server = await startFaultyServer(() => assert.fail('there is no server behind'));
  });
  after(() => server.stop());

  it('goes on from page to page, also after an empty one, and orders the versions of a name across them', async () => {
    const pages: Readonly<Record<string, object>> = {
      first: { nextPageToken: 'a+b/=', items: [toItem('a', '5'), toItem('b', '1000'), toItem('b', '99')] },
      'a+b/=': { nextPageToken: 'third' },
      third: { nextPageToken: 'fourth', items: [toItem('b', '7'), toItem('c', '1')] },
      fourth: {},
    };
    let isWell = false;
    server.decide(({ query }) => {
      isWell = !isWell; // every page takes two tries
      if (isWell) return apiError(503, 'backendError', 'Sorry.');
      return { status: 200, body: JSON.stringify(pages[query.get('pageToken') ?? 'first']) };
    });
    const storage = createGcsStorage({ emulatorHost: server.host, patience: PATIENCE });
    const found: string[] = [];
    for await (const { uri, generation } of storage.list('gs://bucket/x y/', { versions: true })) {
      found.push(`${uri}#${generation}`);
    }
    assert.deepEqual(
      found,
      ['a#5', 'b#7', 'b#99', 'b#1000', 'c#1'].map((each) => `gs://bucket/${each}`),
    );
    for (const { path, query } of server.seen) {
      assert.equal(path, '/storage/v1/b/bucket/o');
      assert.equal(query.get('prefix'), 'x y/');
      assert.equal(query.get('versions'), 'true');
    }
  });

  it('asks for no further page than is used', async () => {
    server.decide(() => ({
      status: 200,
      body: JSON.stringify({ nextPageToken: 'more', items: [toItem('a', '1'), toItem('b', '1')] }),
    }));
    for await (const _ of createGcsStorage({ emulatorHost: server.host }).list('gs://bucket/')) break;
    assert.equal(server.seen.length, 1);
    assert.equal(server.seen[0]?.query.get('versions'), null);
  });
});
