import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { preparePython } from '../../test/docs/python-environment.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

/** Where the peers' interpreters and models are; an empty path for what could not be installed. */
export interface PythonPlaces {
  /** The environment of Flask and FastAPI. */
  readonly peers: string;
  readonly mlserver: string;
  /** The folder that MLServer serves. */
  readonly mlserverModels: string;
  /** Why something is missing, by environment. */
  readonly reasons: Readonly<Partial<Record<'peers' | 'mlserver', string>>>;
}

/** Installs what the peers need, once, into `.cache`. */
export async function prepareAll(wanted: ReadonlySet<'peers' | 'mlserver'>): Promise<PythonPlaces> {
  const reasons: Partial<Record<'peers' | 'mlserver', string>> = {};
  const install = async (name: 'peers' | 'mlserver', file: string): Promise<string> => {
    if (!wanted.has(name)) return '';
    const environment = await preparePython(join(import.meta.dirname, 'peers', file));
    if ('folder' in environment) return environment.folder;
    reasons[name] = environment.reason;
    return '';
  };
  const peers = await install('peers', 'requirements.txt');
  const mlserver = await install('mlserver', 'requirements-mlserver.txt');
  const mlserverModels = join(root, '.cache/bench-http/mlserver');
  if (mlserver !== '') {
    const coefficients = join(root, 'model-files/flight-delay/coefficients.json');
    const program = join(import.meta.dirname, 'peers/make_mlserver.py');
    await run(join(mlserver, 'bin/python'), [program, coefficients, mlserverModels]);
  }
  return { peers, mlserver, mlserverModels, reasons };
}

const SHOWN = [
  ...['fastapi', 'uvicorn', 'uvloop', 'httptools', 'pydantic', 'flask', 'gunicorn', 'scikit-learn', 'numpy'],
  ...['onnxruntime', 'mlserver', 'mlserver-sklearn'],
];

/** Versions of the Python of an environment and of the packages that matter here. */
export async function describePython(folder: string): Promise<string> {
  const code = `
import platform
from importlib.metadata import PackageNotFoundError, version
said = [f"Python {platform.python_version()}"]
for name in ${JSON.stringify(SHOWN)}:
    try: said.append(f"{name} {version(name)}")
    except PackageNotFoundError: pass
print(", ".join(said))`;
  return (await run(join(folder, 'bin/python'), ['-c', code])).stdout.trim();
}
