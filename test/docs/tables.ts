import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** The rows of a document's tables whose first cell is code: the cells as text, without backticks. */
export function rowsOf(document: string): string[][] {
  return readFileSync(join(root, 'docs', document), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(1, -1)
        .split(' | ')
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
}
