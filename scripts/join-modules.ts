import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');

/** What is installed beside the code, and not joined with it: a native module, and packages that are large or must be there only once. */
const INSTALLED = [
  'onnxruntime-node',
  '@google-cloud/functions-framework',
  '@google-cloud/pubsub',
  'google-gax',
  '@google-cloud/storage',
];

/**
 * Joins compiled modules to a few files. A cold start opens each file that it imports: sixty small modules took
 * longer to load than the model (`npm run bench:model-start`). What is imported later stays in files of its own.
 * Of packages that are joined with it, the licences are written beside it.
 *
 * @param entries the modules that something starts, by the name that each has in the folder, without its extension
 */
export async function joinModules(entries: Readonly<Record<string, string>>, outDir: string): Promise<void> {
  const { metafile } = await build({
    entryPoints: { ...entries },
    outdir: outDir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external: INSTALLED,
    // where node_modules is a link, the code doesn't tell where to
    preserveSymlinks: true,
    chunkNames: 'modules/[name]-[hash]',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
    metafile: true,
    absWorkingDir: root,
  });
  writeFileSync(join(outDir, 'LICENSES.txt'), toLicences(Object.keys(metafile.inputs)));
}

/** The licence of each package that some files belong to. */
function toLicences(files: readonly string[]): string {
  const packages = files.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []);
  const texts = [...new Set(packages)].sort().map((name) => {
    const folder = join(root, 'node_modules', name);
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      version: string;
      license: string;
    }; // every package has both
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    const text = file === undefined ? '' : `\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
    return `${name} ${version} (${license})\n${text}`;
  });
  return texts.join('\n---\n\n');
}
