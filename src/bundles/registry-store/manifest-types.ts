import { mediaTypes } from '../format/media-types.js';

/** Manifests as registries give them out. Lists are asked for too, so that they are refused as what they are. */
export const manifestTypes = [
  mediaTypes.manifest,
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');
