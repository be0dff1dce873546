import { BundleUnavailable } from '../../../simulation/bundle-unavailable.js';
import { isDockerHub } from '../is-docker-hub.js';
import type { Credentials, FoundCredentials } from './credentials.js';
import { entryForHost } from './entry-for-host.js';
import { type DockerConfig, readDockerConfig } from './read-docker-config.js';
import { runCredentialHelper } from './run-credential-helper.js';

/** The credentials that `docker login` or a credential helper keeps for a registry's host. */
export async function dockerCredentials(host: string, env: NodeJS.ProcessEnv): Promise<FoundCredentials> {
  const { path, config } = await readDockerConfig(env);
  if (config === undefined) return { where: `${path} does not exist` };

  const server = isDockerHub(host) ? 'https://index.docker.io/v1/' : host;
  const own = entryForHost(config.credHelpers ?? {}, host);
  const helper = own?.value ?? config.credsStore;
  if (helper) {
    const credentials = await runCredentialHelper(helper, own?.key ?? server, env);
    if (credentials) return { credentials, where: `docker-credential-${helper}, which ${path} names` };
  }
  const entry = entryForHost(config.auths ?? {}, host);
  const credentials = entry?.value && kept(entry.value, entry.key, path);
  if (credentials) return { credentials, where: path };
  return {
    where: `${helper ? `docker-credential-${helper} and ` : ''}${path} ${helper ? 'have' : 'has'} none for ${host}`,
  };
}

type Entry = NonNullable<NonNullable<DockerConfig['auths']>[string]>;

function kept(entry: Entry, key: string, path: string): Credentials | undefined {
  if (entry.registrytoken) return { kind: 'registryToken', token: entry.registrytoken };
  if (entry.identitytoken) return { kind: 'identityToken', token: entry.identitytoken };
  if (entry.auth) {
    // Docker fills the field with NULs on some systems.
    const decoded = Buffer.from(entry.auth, 'base64').toString('utf8').replace(/\0+$/, '');
    const colon = decoded.indexOf(':');
    if (colon > 0) {
      return { kind: 'password', username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
    }
    throw new BundleUnavailable(
      `Cannot read credentials from ${path}: auth of "${key}" is not user:password in base64. Run docker login again.`,
    );
  }
  const { username, password } = entry;
  return username && password ? { kind: 'password', username, password } : undefined;
}
