import { once } from 'node:events';
import { createServer } from 'node:net';
import { usage } from './command.ts';

/** Reads a port from a flag. @throws ScorerError `USAGE` */
export function toPort(flag: string, text: string | boolean | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const port = /^\d{1,5}$/.test(String(text)) ? Number(text) : 0;
  if (port >= 1 && port <= 65535) return port;
  throw usage(`--${flag} is ${JSON.stringify(text)}: expected a port from 1 to 65535.`);
}

/** Makes sure that a port can be listened on. @throws ScorerError `USAGE` that says what to do */
export async function checkPort(flag: string, port: number): Promise<void> {
  const server = createServer();
  try {
    server.listen(port);
    await once(server, 'listening');
  } catch (error) {
    const reason =
      error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' ? 'in use' : String(error);
    throw usage(
      `Port ${port} can't be used (${reason}): stop what listens there, or choose another with --${flag}.`,
    );
  }
  server.close();
  await once(server, 'close');
}
