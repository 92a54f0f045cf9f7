// `npm run schemas`: writes the published schemas of prediction messages from their table in the code.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toBigQuerySchema, toJsonSchema } from './message-schemas.ts';

const folder = join(import.meta.dirname, '../samples/schemas');
mkdirSync(folder, { recursive: true });
const write = (name: string, document: unknown): void =>
  writeFileSync(join(folder, name), `${JSON.stringify(document, null, 2)}\n`);
write('prediction.schema.json', toJsonSchema());
write('prediction.bigquery.json', toBigQuerySchema());
