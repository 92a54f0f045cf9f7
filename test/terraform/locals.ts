import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@cdktf/hcl2json';

const folder = join(import.meta.dirname, '../../terraform');

/** The text of every file of the root module. */
export function readModule(): string {
  return globSync('*.tf', { cwd: folder })
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
}

/**
 * A local value of the root module, as far as it is written down: expressions stay text, `${…}`.
 *
 * @throws Error when no file has it
 */
export async function readLocal(name: string): Promise<unknown> {
  for (const file of globSync('*.tf', { cwd: folder })) {
    const { locals = [] } = await parse(file, readFileSync(join(folder, file), 'utf8'));
    for (const block of locals) if (block[name] !== undefined) return block[name];
  }
  throw new Error(`terraform/*.tf has no local value ${name}.`);
}
