import { isRepositoryName } from '../../contracts/bundle/is-repository-name.js';
import { BundleUnavailable } from '../../simulation/bundle-unavailable.js';
import type { Registry } from './registry-at.js';
import { splitHost } from './split-host.js';

/**
 * Where in the registry a bundle may be, the likeliest place first. The digest decides what is used, so it does no harm
 * to look in several.
 *
 * @throws BundleUnavailable when the reference names no repository, or another registry: nothing is ever sent to a host
 *   that a message chose.
 */
export function repositoriesOf(bundleRef: string, registry: Registry): string[] {
  const { host: own, path } = registry;
  const refuse = (what: string) => new BundleUnavailable(`Cannot use bundle ${bundleRef}: ${what}`);
  const at = bundleRef.lastIndexOf('@');
  if (at < 0) {
    if (path !== '') return [path];
    throw refuse(
      `it names no repository, and neither does MODELOPS_BUNDLE_REGISTRY, which is "${own}". Write repository@sha256:…, or set MODELOPS_BUNDLE_REGISTRY to "${own}/<repository>".`,
    );
  }
  const { host, name } = splitHost(bundleRef.slice(0, at));
  if (!isRepositoryName(name)) {
    throw refuse(`"${name}" is not the name of a repository. Write it in lower case, as the registry does.`);
  }
  if (host !== undefined) {
    if (registry.isAt(host)) return [name];
    throw refuse(
      `it names the registry ${host}, this app uses ${own} (MODELOPS_BUNDLE_REGISTRY). Push the bundle to ${own}, or change the setting.`,
    );
  }
  if (path === '') return [name];
  const itself = path === name || path.endsWith(`/${name}`) ? [path] : [];
  return [...new Set([...itself, `${path}/${name}`, name])];
}
