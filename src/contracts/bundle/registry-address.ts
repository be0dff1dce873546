import { isRepositoryName } from './is-repository-name.js';

/** Where a registry is, and where in it bundles are that a reference names by digest alone. */
export interface RegistryAddress {
  /** Host and, when it is not the usual one, port: "registry.example:5000". Lower case. */
  host: string;
  /** A repository, or the beginning of several: "models". Empty when the setting is a host alone. */
  path: string;
}

const forms = 'host[:port][/repository], as in "myregistry.azurecr.io/models"';
const host = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::[1-9]\d{0,4})?$/;

/**
 * Reads the setting MODELOPS_BUNDLE_REGISTRY.
 *
 * @throws Error when it is no address of a registry; the message begins with the name of the setting.
 */
export function parseRegistry(text: string): RegistryAddress {
  // What stands before an @ may be a password: the text is not repeated.
  if (text.includes('@')) {
    throw new Error(
      `MODELOPS_BUNDLE_REGISTRY contains "@": it must be ${forms}, without a digest; credentials belong in REGISTRY_USERNAME and REGISTRY_PASSWORD.`,
    );
  }
  const is = `MODELOPS_BUNDLE_REGISTRY is ${JSON.stringify(text)}`;
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0];
  if (scheme !== undefined) {
    const plain = scheme.toLowerCase() === 'http://' ? ', and set MODELOPS_BUNDLE_INSECURE=true' : '';
    throw new Error(`${is}: remove "${scheme}"${plain}; it must be ${forms}.`);
  }
  if (text.endsWith('/')) throw new Error(`${is}: remove the "/" at its end; it must be ${forms}.`);

  const slash = text.indexOf('/');
  const address = {
    host: (slash < 0 ? text : text.slice(0, slash)).toLowerCase(),
    path: slash < 0 ? '' : text.slice(slash + 1),
  };
  if (!host.test(address.host) || !URL.canParse(`https://${address.host}`)) {
    throw new Error(`${is}: "${address.host}" is no host; it must be ${forms}.`);
  }
  if (slash >= 0 && !isRepositoryName(address.path)) {
    throw new Error(
      `${is}: "${address.path}" is not the name of a repository; it must be ${forms}, in lower case and without a tag.`,
    );
  }
  return address;
}
