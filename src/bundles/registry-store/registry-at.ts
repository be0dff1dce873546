import { parseRegistry, type RegistryAddress } from '../../contracts/bundle/registry-address.js';
import { isDockerHub } from './is-docker-hub.js';

/** The registry that this app uses. */
export interface Registry extends RegistryAddress {
  /** Where its API is: `https://registry.example:5000`. */
  origin: string;
  /** Whether a host that a reference names is this registry's. */
  isAt(host: string): boolean;
}

/** @throws Error when `text` is no address of a registry. */
export function registryAt(text: string, insecure: boolean): Registry {
  const address = parseRegistry(text);
  const urlOf = (host: string) =>
    `${insecure ? 'http' : 'https'}://${isDockerHub(host) ? 'registry-1.docker.io' : host}`;
  const { origin } = new URL(urlOf(address.host));
  // As URLs they are the same with or without the usual port, in upper or lower case.
  const isAt = (host: string) => URL.canParse(urlOf(host)) && new URL(urlOf(host)).origin === origin;
  return { ...address, origin, isAt };
}
