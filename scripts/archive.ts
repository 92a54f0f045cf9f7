// What is deployed, as files and as one archive of them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';

/** Files by their path in the archive, with `/` between its parts. */
export type Files = Readonly<Record<string, Uint8Array>>;

/** The project's package.json: what of it the archive is made from. */
interface Project {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly type: string;
  readonly main: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

/** The project's package-lock.json, of which each entry says whether only development needs it. */
interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
}

/** Regular files that all may read: the same on a machine with another umask. */
const UNIX = { os: 3, attrs: 0o100644 << 16 } as const;

/** The archive's format keeps local time, from 1980 on: the same digits in every time zone. */
const TIME = new Date(1980, 0, 1, 12);

/**
 * What a function is deployed as: the built code, and what says which packages it runs on. Installed by
 * `npm ci --omit=dev`, it runs without anything else.
 *
 * @param root the project's folder, built
 * @throws Error when it was not built
 */
export function toDeployedFiles(root: string): Files {
  const read = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'));
  const locked = Object.entries((read('package-lock.json') as Lock).packages);
  const installed = Object.fromEntries(locked.filter(([path, { dev }]) => path !== '' && dev !== true));
  const project = toDeployedPackage(read('package.json') as Project, installed);
  const { name, version, license, dependencies, engines } = project;
  // the root must say what package.json says, or `npm ci` refuses it
  const packages = { '': { name, version, license, dependencies, engines }, ...installed };
  return {
    ...readDist(root, project.main),
    'package.json': toBytes(project),
    'package-lock.json': toBytes({ name, version, lockfileVersion: 3, requires: true, packages }),
  };
}

/** The archive: the same files give the same bytes, whatever the machine, the day and the order they come in. */
export function toArchive(files: Files): Uint8Array {
  const sorted = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  const entries = sorted.map(([path, bytes]): [string, Uint8Array] => [path, bytes]);
  return zipSync(Object.fromEntries(entries), { ...UNIX, level: 9, mtime: TIME });
}

function readDist(root: string, main: string): Files {
  const dist = join(root, 'dist');
  const found = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = found.map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1));
  const files = paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(root, path))] as const);
  if (!files.some(([path]) => path === main)) throw new Error(`${main} is missing: run \`npm run build\``);
  return Object.fromEntries(files);
}

/** Google builds and starts it by this: `gcp-build` is there and empty, so that nothing is built once more. */
function toDeployedPackage(
  { name, version, license, type, main, ...project }: Project,
  installed: Lock['packages'],
) {
  const [major] = (project.devDependencies['node'] ?? '').split('.');
  const scripts = Object.entries(project.allowScripts).filter(([of]) => `node_modules/${of}` in installed);
  return {
    name,
    version,
    license,
    private: true,
    type,
    main,
    engines: { node: `${major}.x` },
    scripts: { 'gcp-build': '' },
    dependencies: project.dependencies,
    allowScripts: Object.fromEntries(scripts),
  };
}

function toBytes(document: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(document, null, 2)}\n`);
}
