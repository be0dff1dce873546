import { join } from 'node:path';
import { packBundle } from '../../bundles/pack-bundle.js';
import { pushToFolder } from '../../bundles/push-to-folder.js';
import { buildDemoBundle } from './build-demo-bundle.js';
import type { Stage } from './open-stage.js';

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
  digest: string;
  /** One sentence: which variant of the model this machine allows, and why none before it. */
  explanation: string;
}

/** Builds the demo bundle for the stage's Python, and puts it into the stage's store. */
export async function demoModel({ python, folder, env }: Stage): Promise<DemoModel> {
  const built = await buildDemoBundle({ python: python.python, folder: join(folder, 'seir') });
  const packed = await packBundle(built.folder);
  await pushToFolder(packed, env.MODELOPS_BUNDLES_DIR ?? join(folder, 'bundles'));
  return { folder: built.folder, digest: packed.digest, explanation: built.explanation };
}
