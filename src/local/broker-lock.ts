import { hash } from 'node:crypto';
import { realpath, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScorerError } from '../errors.ts';

/** Holds a data folder for one broker. */
export interface BrokerLock {
  release(): Promise<void>;
}

/**
 * Takes a data folder for this process. The lock is a listening local socket, which the system
 * closes however the process ends, so none is ever left behind to be cleaned by hand.
 *
 * @param dataDir an existing folder; however it is spelled, the same folder is the same lock
 * @throws ScorerError `USAGE` when another broker has it
 */
export async function lockDataFolder(dataDir: string): Promise<BrokerLock> {
  const folder = await realpath(dataDir);
  const name = `scorestream-${hash('sha256', folder).slice(0, 24)}`;
  if (process.platform === 'linux') return await listenOrRefuse(`\0${name}`, folder);
  if (process.platform === 'win32') return await listenOrRefuse(`\\\\.\\pipe\\${name}`, folder);
  // Elsewhere a socket is a file that outlives its process: one that nobody answers is removed.
  const path = join(tmpdir(), `${name}.sock`);
  if (!(await answers(path))) await rm(path, { force: true });
  return await listenOrRefuse(path, folder);
}

async function listenOrRefuse(path: string, folder: string): Promise<BrokerLock> {
  const server = createServer((socket) => socket.destroy());
  try {
    await listen(server, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    throw new ScorerError(
      `Another broker is already running on the data folder ${folder}: stop it, or give this one another data folder.`,
      { code: 'USAGE', cause: error, detail: { folder } },
    );
  }
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
