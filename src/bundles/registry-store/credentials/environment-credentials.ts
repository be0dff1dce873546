import type { Credentials } from './credentials.js';

/**
 * The credentials of REGISTRY_USERNAME and REGISTRY_PASSWORD, as modelops-bundle reads them.
 *
 * @throws Error when one is set without the other.
 */
export function environmentCredentials(env: NodeJS.ProcessEnv): Credentials | undefined {
  const { REGISTRY_USERNAME: username, REGISTRY_PASSWORD: password } = env;
  if (username && password) return { kind: 'password', username, password };
  if (!username && !password) return undefined;
  const [set, lacking] = username
    ? ['REGISTRY_USERNAME', 'REGISTRY_PASSWORD']
    : ['REGISTRY_PASSWORD', 'REGISTRY_USERNAME'];
  throw new Error(`${set} is set and ${lacking} is not: set both, or none.`);
}
