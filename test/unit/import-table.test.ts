import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { after, describe, it } from 'node:test';
import { IMPORT_PROBES } from './import-probes.ts';
import { MAY_IMPORT } from './import-rules.ts';

const root = join(import.meta.dirname, '../..');

const LIFE = /^node:(async_hooks|buffer|crypto|events|perf_hooks|(stream|timers)(\/.*)?|util|zlib)$/;

/** The place of a file in the table, by its path from the root. */
function placeOf(path: string): string {
  const named = /^src\/(model\/session)\.ts$/.exec(path) ?? /^src\/([^/]+)\.ts$/.exec(path);
  const folder =
    /^src\/(adapters\/[^/]+|[^/]+)\//.exec(path) ?? /^(functions\/[^/]+|functions|cli|samples)\//.exec(path);
  const place = named?.[1] ?? folder?.[1] ?? path;
  return /^functions\/[^/]+\.ts$/.test(path) ? 'functions' : place;
}

/** Whether the table lets a file have an import, by the specifier as it is written there. */
function mayImport(file: string, specifier: string): boolean {
  const place = placeOf(file);
  const allowed = MAY_IMPORT[place];
  assert.ok(allowed, `${file} is in no place that the import table knows`);
  if (specifier.startsWith('node:')) {
    const isLife = allowed.includes('node:life') && LIFE.test(specifier);
    return isLife || allowed.includes('node:*') || allowed.includes(specifier);
  }
  if (!specifier.startsWith('.')) {
    const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
    return allowed.includes(name);
  }
  const target = posix.join(posix.dirname(file), specifier);
  const targetPlace = placeOf(target);
  return (
    targetPlace === place ||
    (place === 'model' && targetPlace === 'model/session') ||
    allowed.includes(targetPlace) ||
    allowed.includes(target.replace(/^src\/|\.ts$/g, ''))
  );
}

const probes = IMPORT_PROBES.map(([file, may, mayNot]) => ({
  file,
  may: may.split(/\s+/).filter((specifier) => specifier !== ''),
  mayNot: mayNot.split(/\s+/),
}));

const FORMS: readonly string[] = [
  `import '../features/schema.ts';`,
  `import { toSchema } from '../features/schema.ts';`,
  `import type { Schema } from '../features/schema.ts';`,
  `import { type Schema } from '../features/schema.ts';`,
  `import * as schema from '../features/schema.ts';`,
  `export { toSchema } from '../features/schema.ts';`,
  `export * from '../features/schema.ts';`,
  `const schema = await import('../features/schema.ts');`,
  `const { toSchema } = await import('../features/schema.ts');`,
  `void import('../features/schema.ts').then(({ toSchema }) => toSchema());`,
];

/** Lints files of one statement a line with the repository's settings: the message for each line that is refused. */
function lint(
  files: Readonly<Record<string, readonly string[]>>,
): (file: string, line: number) => string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'import-table-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['biome.json', '.gitignore']) copyFileSync(join(root, name), join(folder, name));
  for (const [file, lines] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `${lines.join('\n')}\n`);
  }
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const args = [
    'lint',
    '--only=style/noRestrictedImports',
    '--reporter=github',
    '--max-diagnostics=none',
    '.',
  ];
  const { stdout } = spawnSync(process.execPath, [biome, ...args], { cwd: folder, encoding: 'utf8' });
  const messages = new Map<string, string>();
  for (const [, file, line, message] of stdout.matchAll(
    /title=lint\/style\/noRestrictedImports,file=(.+?),line=(\d+),.*?::(.*)/g,
  )) {
    if (message) messages.set(`/${file}:${line}`, message);
  }
  // Biome names files by their real path, which tmpdir() need not be
  return (file, line) => [...messages].find(([key]) => key.endsWith(`/${file}:${line}`))?.[1];
}

const imports = (specifiers: readonly string[]) => specifiers.map((specifier) => `import '${specifier}';`);

describe('the import table, as the linter enforces it', () => {
  const forms = 'src/decode/forms.ts';
  const refusal = lint({
    ...Object.fromEntries(probes.map(({ file, may, mayNot }) => [file, imports([...may, ...mayNot])])),
    [forms]: FORMS,
  });

  for (const { file, may, mayNot } of probes) {
    for (const [index, specifier] of may.entries()) {
      it(`${file} may import ${specifier}`, () => {
        assert.equal(refusal(file, index + 1), undefined);
        assert.equal(mayImport(file, specifier), true, 'the table in this test says otherwise');
      });
    }
    for (const [index, specifier] of mayNot.entries()) {
      it(`${file} may not import ${specifier}`, () => {
        assert.notEqual(refusal(file, may.length + index + 1), undefined);
        assert.equal(mayImport(file, specifier), false, 'the table in this test says otherwise');
      });
    }
  }

  for (const [index, statement] of FORMS.entries()) {
    it(`a refusal names the rule for: ${statement}`, () => {
      assert.match(
        refusal(forms, index + 1) ?? '',
        /^decode comes first: features, model, encode and score\.ts/,
      );
    });
  }
});

/** Every import of a source text, in any form. */
function importsOf(source: string): { specifier: string; isEager: boolean }[] {
  const code = source.replace(/^\s*\/\*[\s\S]*?\*\//gm, '').replace(/^\s*\/\/.*$/gm, '');
  const statements = code.matchAll(
    /^\s*(?:import|export)\b(\s+type\b)?(?:[^'"`;]*?\bfrom)?\s*['"]([^'"]+)['"]/gm,
  );
  const calls = code.matchAll(/\b(?:import|require)\(\s*['"`]([^'"`]+)['"`]/g);
  return [
    ...[...statements].map(([, type, specifier = '']) => ({ specifier, isEager: type === undefined })),
    ...[...calls].map(([, specifier = '']) => ({ specifier, isEager: false })),
  ];
}

describe('the import table, over the real files', () => {
  const files = globSync(['{src,functions,cli}/**/*.ts', 'samples/**/*.mjs'], { cwd: root }).map((file) =>
    file.replaceAll('\\', '/'),
  );
  const all = files.flatMap((file) =>
    importsOf(readFileSync(join(root, file), 'utf8')).map((found) => ({ file, ...found })),
  );

  it('every import of src, functions, cli and samples is in the table', () => {
    assert.ok(all.length > 0, 'no import was found at all');
    const broken = all.filter(({ file, specifier }) => !mayImport(file, specifier));
    assert.deepEqual(
      broken.map(({ file, specifier }) => `${file} imports ${specifier}`),
      [],
    );
  });

  it('the schema validator, slow to load, is imported by those alone who validate, when they do', () => {
    const eager = all.filter(({ specifier, isEager }) => specifier === '@cfworker/json-schema' && isEager);
    assert.deepEqual(
      eager.map(({ file }) => file),
      [],
    );
  });

  it('errors.ts and the ports import types alone', () => {
    const grounds = all.filter(({ file }) => ['errors', 'ports'].includes(placeOf(file)));
    assert.deepEqual(
      grounds.filter(({ isEager }) => isEager).map(({ file, specifier }) => `${file} imports ${specifier}`),
      [],
    );
  });
});
