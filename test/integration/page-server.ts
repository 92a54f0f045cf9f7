// The prediction function's handler in this process, on a port of its own, over a model's folder.
import { once } from 'node:events';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createPredictHandler } from '../../functions/http/routes.ts';
import { composePredict } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { encodeManifest } from '../../src/model/init/init.ts';
import type { ManifestDocument } from '../../src/model/manifest.ts';
import { EXPORTED_MODELS, initExported } from '../exported-models.ts';

/** Where it listens. */
export interface PageServer {
  readonly url: string;
  /** Looks for another model now. */
  refresh(): Promise<void>;
  stop(): Promise<void>;
}

/** The folder of the model that is shipped. */
export const SHIPPED: string = join(import.meta.dirname, '../../model-files/flight-delay');

/** Serves the model of a folder. */
export async function servePage(modelUri: string): Promise<PageServer> {
  const parts = await composePredict(readConfig({ MODEL_URI: modelUri, LOG_LEVEL: 'ERROR' }));
  const handle = createPredictHandler(parts);
  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on one
  return {
    url: `http://127.0.0.1:${port}/`,
    refresh: () => parts.scorer.refresh(),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Publishes one of the models of other libraries into a folder, under a manifest that a test may change. */
export async function publishExported(
  name: string,
  folder: string,
  change: (document: ManifestDocument) => ManifestDocument = (document) => document,
): Promise<void> {
  const exported = EXPORTED_MODELS.find((each) => each.name === name);
  if (exported === undefined) throw new Error(`there is no model ${name}`);
  await cp(join(exported.folder, 'model.onnx'), join(folder, 'model.onnx'));
  await writeFile(join(folder, 'manifest.json'), encodeManifest(change(await initExported(exported))));
}

/** Publishes the shipped model into a folder, under a manifest that a test may change. */
export async function publishShipped(
  folder: string,
  change: (document: ManifestDocument) => ManifestDocument = (document) => document,
): Promise<void> {
  const document = JSON.parse(await readFile(join(SHIPPED, 'manifest.json'), 'utf8')) as ManifestDocument;
  for (const file of ['model.onnx', 'golden.json']) await cp(join(SHIPPED, file), join(folder, file));
  await writeFile(join(folder, 'manifest.json'), encodeManifest(change(document)));
}
