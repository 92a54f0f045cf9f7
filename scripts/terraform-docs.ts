// `npm run terraform-docs`: writes the tables of inputs and outputs in terraform/README.md from the configuration.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTerraform } from './terraform-files.ts';
import { withTables } from './terraform-tables.ts';

const folder = join(import.meta.dirname, '../terraform');
const path = join(folder, 'README.md');
writeFileSync(path, withTables(readFileSync(path, 'utf8'), await readTerraform(folder)));
