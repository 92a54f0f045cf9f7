import { build } from 'esbuild';

/** What is installed beside the code, and not joined with it: a native module, and packages that are large or patched by themselves. */
const INSTALLED = ['onnxruntime-node', '@google-cloud/functions-framework', '@google-cloud/storage'];

/**
 * Joins compiled modules to a few files. A cold start opens each file that it imports: sixty small modules took
 * longer to load than the model (`npm run bench:model-start`). What is imported later stays in files of its own.
 *
 * @param entries the modules that something starts, by the name that each has in the folder, without its extension
 */
export async function joinModules(entries: Readonly<Record<string, string>>, outDir: string): Promise<void> {
  await build({
    entryPoints: { ...entries },
    outdir: outDir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external: INSTALLED,
    chunkNames: 'modules/[name]-[hash]',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
  });
}
