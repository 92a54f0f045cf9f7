import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../free-port.ts';
import { prepareGcsServer, whyNoGcsServer } from './gcs-binary.ts';
import { skip } from './skip.ts';

const READY_MS = 30_000;
const STARTS = 3;

/** A Cloud Storage server that keeps everything in memory. */
export interface GcsServer {
  /** Host and port, as `STORAGE_EMULATOR_HOST` takes it. */
  readonly host: string;
  readonly origin: string;
  /** Creates a bucket and returns its URI, without a slash at its end. */
  createBucket(name: string, options?: { readonly isVersioned?: boolean }): Promise<string>;
  stop(): Promise<void>;
}

/** Which notifications a server publishes: of each object that is written into a bucket, as bucket notifications do. */
export interface GcsNotifications {
  readonly bucket: string;
  /** Host and port of the Pub/Sub emulator. */
  readonly pubsubHost: string;
  readonly project: string;
  /** The topic's short name; it is there already. */
  readonly topic: string;
}

/**
 * Defines tests over a Cloud Storage server that starts before them and ends with them. Where there can
 * be no server the tests are skipped, and that is said; with `CI=true` it is a failure.
 */
export function describeWithGcs(title: string, define: (server: () => GcsServer) => void): void {
  const reason = whyNoGcsServer();
  if (reason !== undefined) {
    skip(title, reason);
    return;
  }
  describe(title, () => {
    let server: GcsServer | undefined;
    before(async () => {
      server = await startGcsServer();
    });
    after(() => server?.stop());
    define(() => {
      assert.ok(server, 'the server starts when the tests begin');
      return server;
    });
  });
}

/** Starts a server on a free port; it ends with this process, however that ends. */
export async function startGcsServer(notifications?: GcsNotifications): Promise<GcsServer> {
  const program = await prepareGcsServer();
  for (let start = 1; ; start += 1) {
    const port = await freePort();
    const child = spawn(
      process.execPath,
      [
        join(import.meta.dirname, 'end-with-parent.ts'),
        program,
        ...['-scheme', 'http', '-host', '127.0.0.1', '-port', String(port), '-backend', 'memory'],
        ...['-public-host', `127.0.0.1:${port}`, '-log-level', 'error'],
        ...(notifications === undefined ? [] : toEventFlags(notifications)),
      ],
      {
        stdio: ['pipe', 'ignore', 'inherit'],
        env: { ...process.env, ...(notifications && { PUBSUB_EMULATOR_HOST: notifications.pubsubHost }) },
      },
    );
    const exited = once(child, 'exit');
    const origin = `http://127.0.0.1:${port}`;
    if (await isReady(origin, () => child.exitCode !== null)) {
      return {
        host: `127.0.0.1:${port}`,
        origin,
        createBucket: (name, options) => createBucket(origin, name, options?.isVersioned ?? false),
        async stop() {
          child.stdin.end();
          await exited;
        },
      };
    }
    child.stdin.end();
    await exited;
    // someone else may have taken the port
    assert.ok(start < STARTS, `fake-gcs-server did not start ${STARTS} times`);
  }
}

function toEventFlags({ bucket, project, topic }: GcsNotifications): readonly string[] {
  return [
    ...['-event.pubsub-project-id', project, '-event.pubsub-topic', topic],
    ...['-event.bucket', bucket, '-event.list', 'finalize'],
  ];
}

async function isReady(origin: string, hasEnded: () => boolean): Promise<boolean> {
  const deadline = Date.now() + READY_MS;
  while (!hasEnded() && Date.now() < deadline) {
    const answer = await fetch(`${origin}/_internal/healthcheck`).catch(() => undefined);
    if (answer?.ok) return true;
    await delay(20);
  }
  return false;
}

async function createBucket(origin: string, name: string, isVersioned: boolean): Promise<string> {
  const answer = await fetch(`${origin}/storage/v1/b?project=test`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, versioning: { enabled: isVersioned } }),
  });
  assert.equal(answer.status, 200, await answer.text());
  return `gs://${name}`;
}
