/** Without a terminal, lines are as long as they are. */
const NO_TERMINAL_COLUMNS = 1000;

/** Aligns rows under their headings; lines are cut to the width of the terminal. Control characters become spaces. */
export function toTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const clean = rows.map((row) => row.map(toOneLine));
  const all = [headings, ...clean];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const columns = process.stdout.columns ?? NO_TERMINAL_COLUMNS;
  const lines = all.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  '),
  );
  return lines.map((line) => `${line.slice(0, columns).toWellFormed().trimEnd()}\n`).join('');
}

/** Text without control characters, which would break a line or move a terminal's cursor. */
export function toOneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}
