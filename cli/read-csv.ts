import { createReadStream } from 'node:fs';
import { usage } from './command.ts';

/** The bytes of a CSV that a flag names. @throws ScorerError `USAGE` when it can't be read */
export async function* readCsv(path: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path)) yield chunk as Buffer; // no encoding is set
  } catch (error) {
    throw usage(`${path} can't be read (${error instanceof Error ? error.message : error}).`);
  }
}
