import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/**
 * The rows of a document's tables whose first cell is code: the cells as text, without backticks.
 *
 * @param heading only those below this heading of the second level, without backticks
 */
export function rowsOf(document: string, heading?: string): string[][] {
  const text = readFileSync(join(root, 'docs', document), 'utf8');
  const sections = text.split(/^## /m);
  const isAsked = (section: string): boolean => section.split('\n', 1)[0]?.replaceAll('`', '') === heading;
  return (heading === undefined ? text : sections.filter(isAsked).join(''))
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(1, -1)
        .split(' | ')
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
}
