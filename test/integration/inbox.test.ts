// The laptop's inbox: every version of a file in it is noticed once.
import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createLocalPublisher } from '../../src/adapters/local/publisher.ts';
import { createLocalStorage } from '../../src/adapters/local/storage.ts';
import { readTopic, topicPath } from '../../src/adapters/local/topic-file.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { startInbox } from '../../src/local/inbox.ts';
import { until } from '../e2e/served.ts';

let root: string;
let dir: string;
let dataDir: string;
let logged: string[];
/** So many of the next publishings fail. */
let failures = 0;
let stop: () => Promise<void>;

async function start(): Promise<void> {
  const publisher = createLocalPublisher({ dataDir, clock: systemClock });
  stop = await startInbox({
    dir,
    bucket: 'inbox',
    dataDir,
    storage: createLocalStorage({ buckets: { inbox: dir } }),
    publisher: {
      ...publisher,
      publish: (...args) => {
        failures -= 1;
        return failures >= 0 ? Promise.reject(new Error('no space left')) : publisher.publish(...args);
      },
    },
    topic: 'objects',
    logger: {
      log: (_severity, event, message, fields) => logged.push(`${event} ${message} ${fields?.['cause']}`),
    },
  });
}

/** The names in the notifications so far, in their order. */
async function noticed(): Promise<string[]> {
  const names: string[] = [];
  for await (const { message } of readTopic(topicPath(dataDir, 'objects'))) {
    names.push(message.attributes['objectId'] ?? '');
  }
  return names;
}

async function untilNoticed(count: number): Promise<string[]> {
  await until(
    async () => (await noticed()).length >= count,
    () => `${count} files to be noticed; logged: ${logged.join('\n')}`,
  );
  return (await noticed()).sort();
}

describe('the inbox', () => {
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'scorestream-inbox-'));
    dir = join(root, 'inbox');
    dataDir = join(dir, 'data');
    logged = [];
    await start();
  });
  afterEach(async () => {
    await stop();
    await rm(root, { recursive: true });
  });

  it('notices files that are moved into folders just made', async () => {
    const expected: string[] = [];
    for (let index = 0; index < 200; index += 1) {
      const folder = join(dir, 'out', String(index), 'deep');
      await mkdir(folder, { recursive: true });
      for (const name of ['a.csv', 'b.csv']) {
        await writeFile(join(folder, `.${name}`), 'x');
        await delay(index % 3);
        await rename(join(folder, `.${name}`), join(folder, name));
        expected.push(`out/${index}/deep/${name}`);
      }
    }
    assert.deepEqual(await untilNoticed(expected.length), expected.sort());
  });

  it('waits for the end of a copy, and notices each version once, across restarts', async () => {
    const path = join(dir, 'ü b%20#.csv');
    for (let index = 0; index < 8; index += 1) {
      await appendFile(path, 'x');
      await delay(200);
      assert.deepEqual(await noticed(), []);
    }
    assert.deepEqual(await untilNoticed(1), ['ü b%20#.csv']);
    await stop();
    await writeFile(join(dir, 'meanwhile.csv'), 'x');
    await start();
    await untilNoticed(2);
    await writeFile(path, 'another');
    assert.deepEqual(await untilNoticed(3), ['meanwhile.csv', 'ü b%20#.csv', 'ü b%20#.csv']);
  });

  it('goes on after its folder was away', async () => {
    await rm(dir, { recursive: true });
    await delay(500); // some sweeps find nothing
    await mkdir(dir);
    await writeFile(join(dir, 'late.csv'), 'x');
    assert.deepEqual(await untilNoticed(1), ['late.csv']);
  });

  it('tries again what could not be published', async () => {
    failures = 1;
    await writeFile(join(dir, 'a.csv'), 'x');
    await writeFile(join(dir, 'b.csv'), 'x');
    assert.deepEqual(await untilNoticed(2), ['a.csv', 'b.csv']);
    assert.deepEqual(logged, [
      `INBOX_FAILED ${dir} could not be looked through: it is tried again. Error: no space left`,
    ]);
  });
});
