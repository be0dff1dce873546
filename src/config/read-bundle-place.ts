import type { BundlePlace } from '../contracts/bundle/bundle-place.js';
import { ConfigurationError } from './configuration-error.js';
import type { Settings } from './settings.js';

/**
 * The store of bundles that the settings describe.
 *
 * @throws ConfigurationError when they describe none, or two.
 */
export function readBundlePlace(settings: Settings): BundlePlace {
  const registry = settings.MODELOPS_BUNDLE_REGISTRY;
  const folder = settings.MODELOPS_BUNDLES_DIR;
  switch (settings.MODELOPS_BUNDLE_SOURCE ?? implied(registry, folder)) {
    case 'oci':
      if (registry === undefined) {
        throw new ConfigurationError([
          'MODELOPS_BUNDLE_SOURCE is "oci", and there is no registry: set MODELOPS_BUNDLE_REGISTRY, as in registry.example:5000/models.',
        ]);
      }
      return { kind: 'oci', registry, insecure: settings.MODELOPS_BUNDLE_INSECURE };
    case 'file':
      if (folder === undefined) {
        throw new ConfigurationError([
          'MODELOPS_BUNDLE_SOURCE is "file", and there is no folder: set MODELOPS_BUNDLES_DIR.',
        ]);
      }
      return { kind: 'file', folder };
    case 'blob':
      return { kind: 'blob', container: settings.MODELOPS_BUNDLES_CONTAINER };
  }
}

/** Settings of a store that is not the one that is used: `NAME: why it has no effect`. */
export function settingsOfOtherPlaces(settings: Settings, place: BundlePlace): string[] {
  const of = {
    oci: ['MODELOPS_BUNDLE_REGISTRY', 'REGISTRY_USERNAME'],
    blob: [],
    file: ['MODELOPS_BUNDLES_DIR'],
  } as const;
  return (['oci', 'file'] as const)
    .filter((kind) => kind !== place.kind)
    .flatMap((kind) => of[kind].filter((name) => settings[name] !== undefined))
    .map((name) => `${name}: bundles are kept elsewhere (MODELOPS_BUNDLE_SOURCE is "${place.kind}")`);
}

function implied(registry: string | undefined, folder: string | undefined): 'oci' | 'file' | 'blob' {
  if (registry !== undefined && folder !== undefined) {
    throw new ConfigurationError([
      'MODELOPS_BUNDLE_REGISTRY and MODELOPS_BUNDLES_DIR are both set: say by MODELOPS_BUNDLE_SOURCE which of them holds the bundles ("oci" or "file").',
    ]);
  }
  if (registry !== undefined) return 'oci';
  return folder === undefined ? 'blob' : 'file';
}
