import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** A place in the code that logs an event. */
export interface LogCall {
  readonly path: string;
  readonly severity: string;
  readonly event: string;
  /** Names of fields that are written there, at any depth; what is spread from elsewhere isn't among them. */
  readonly fields: readonly string[];
  /** The text of its file and of those that it imports, where fields come from. */
  readonly text: string;
}

const CALL = /\.log\(\s*'([A-Z]+)',\s*'([A-Z_]+)',/g;

/** A name in an object literal: `name: value`, or `name` alone. */
const FIELD = /(?<![.\w$]|:\s*)([a-z]\w*)(?=\s*[:,}])/gi;

/** Every place of the product that logs. */
export function readLogCalls(): LogCall[] {
  return globSync('{src,functions,cli}/**/*.ts', { cwd: root }).flatMap((path) => {
    const own = readFileSync(join(root, path), 'utf8');
    return [...own.matchAll(CALL)].map((call) => {
      const [, severity = '', event = ''] = call;
      const fields = [...toLastArgument(own, call.index).matchAll(FIELD)].map(([, name = '']) => name);
      return { path, severity, event, fields, text: own + readImports(path, own) };
    });
  });
}

/** What stands between the braces of a call's last argument, or nothing where that is no literal. */
function toLastArgument(text: string, from: number): string {
  const start = text.indexOf('(', from);
  let depth = 0;
  let end = start;
  for (; end < text.length; end += 1) {
    const mark = text[end];
    if (mark === '(') depth += 1;
    if (mark === ')') depth -= 1;
    if (depth === 0) break;
  }
  const bare = text
    .slice(start, end)
    .replaceAll(/`[^`]*`|'[^'\n]*'/g, "''") // no braces of templates
    .replaceAll(/(?<=\w)\([^(){}]*\)/g, ''); // no arguments of calls
  return /\{[\s\S]*\}/.exec(bare)?.[0] ?? '';
}

/** The files that a file imports, and those that they import. */
function readImports(path: string, text: string, levels = 2): string {
  if (levels === 0) return '';
  return [...text.matchAll(/from '(\.[^']+)'/g)]
    .map(([, specifier = '']) => join(dirname(path), specifier))
    .filter((file) => existsSync(join(root, file)))
    .map((file) => {
      const imported = readFileSync(join(root, file), 'utf8');
      return imported + readImports(file, imported, levels - 1);
    })
    .join('');
}
