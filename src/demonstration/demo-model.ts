import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { connectBlobService } from '../azure-backend/connect-blob-service.js';
import { openBundleStore } from '../bundles/open-bundle-store.js';
import { packBundle } from '../bundles/pack/pack-bundle.js';
import { pushBundle } from '../bundles/push-bundle.js';
import { readAzureBackend } from '../config/read-azure-backend.js';
import { readBundlePlace } from '../config/read-bundle-place.js';
import { readSettings } from '../config/read-settings.js';
import type { FoundPython } from '../environments/find-python.js';
import { buildDemoBundle } from './build-demo-bundle.js';

/** What the demonstration runs. */
export const demoGrid = {
  entrypoint: 'models.seir/baseline',
  axes: ['beta=0.14,0.16,0.18,0.20,0.22,0.24,0.26,0.28'],
  parameterSets: 8,
  replicates: 2,
};

/** The model, built and in the store. */
export interface DemoModel {
  folder: string;
  /** How tasks name it. */
  ref: string;
  /** Where it is. */
  store: string;
  /** One sentence: which variant of the model this machine allows, and why none before it. */
  explanation: string;
}

/**
 * Builds the demo bundle for the Python that was found, and puts it into the store.
 *
 * @param folder that has it as `seir`, in the place of an earlier one
 * @param env settings that name the store
 */
export async function demoModel(
  { python, folder, env }: { python: FoundPython; folder: string; env: NodeJS.ProcessEnv },
  signal: AbortSignal,
): Promise<DemoModel> {
  const place = join(folder, 'seir');
  await rm(place, { recursive: true, force: true });
  const built = await buildDemoBundle({ python: python.python, folder: place });
  const { settings } = readSettings(env);
  const blobs = await connectBlobService(readAzureBackend(settings));
  const store = await openBundleStore(readBundlePlace(settings), { blobs, env, signal });
  const { ref } = await pushBundle(await packBundle(built.folder), store.target({}), { signal });
  return { folder: built.folder, ref, explanation: built.explanation, store: store.name };
}
