import type { FoundCredentials } from './credentials.js';
import { dockerCredentials } from './docker-credentials.js';
import { environmentCredentials } from './environment-credentials.js';

/** The credentials for a registry's host: from the environment, else from Docker's configuration. */
export async function findCredentials(host: string, env: NodeJS.ProcessEnv): Promise<FoundCredentials> {
  const named = 'REGISTRY_USERNAME and REGISTRY_PASSWORD';
  const credentials = environmentCredentials(env);
  if (credentials !== undefined) return { credentials, where: named };
  const found = await dockerCredentials(host, env);
  return found.credentials ? found : { where: `${named} are not set, ${found.where}` };
}
