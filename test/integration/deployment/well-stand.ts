import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { type DeployStand, healthy, sayHealth, startDeployStand } from './stand.js';

const make = temporaryFolders();
/** The options that name the deployment. */
export const name = ['--name', 'epi'];
/** A `deploy up` that nothing speaks against. */
export const up = ['up', ...name, '--location', 'westeurope', '--no-smoke'];

/** A stand whose app is healthy at once, or says what is given of its health. */
export async function wellStand(...answers: Parameters<typeof sayHealth>): Promise<DeployStand> {
  const stand = await startDeployStand(make);
  const healthUrl = await sayHealth(...(answers.length > 0 ? answers : [healthy]));
  stand.cloud.change((cloud) => {
    cloud.outputs.healthUrl = healthUrl;
  });
  return stand;
}

/** The commands by which Azure was asked to make or delete something. */
export const made = ({ cloud }: DeployStand) =>
  cloud.calls().filter((call) => /^(group create|group delete|deployment group create|acr build)/.test(call));
