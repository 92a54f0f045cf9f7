// `npm run package`: puts what is deployed into one archive, build/scorestream.zip, for the functions on Google
// Cloud, and the same files into build/scorestream, for containers. The same commit gives the same bytes everywhere.
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toArchive, toDeployedFiles } from './archive.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'build/scorestream');
const path = `${folder}.zip`;

const files = toDeployedFiles(root);
const archive = toArchive(files);

rmSync(folder, { recursive: true, force: true });
for (const [name, bytes] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), bytes);
}
writeFileSync(path, archive);
const sha256 = createHash('sha256').update(archive).digest('hex');
process.stdout.write(`build/scorestream.zip: ${archive.length} bytes, SHA-256 ${sha256}\n`);
