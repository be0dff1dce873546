import { allAtOnce } from '../all-at-once.js';
import type { BundleTarget } from '../bundle-store.js';
import { mediaTypes } from '../format/media-types.js';
import type { ExpectedBytes } from '../format/verified-bytes.js';
import { automaticTag } from './automatic-tag.js';
import type { RegistryClient } from './create-registry-client.js';
import type { Answer } from './http/exchange.js';
import { manifestTypes } from './manifest-types.js';
import type { NamedRepository } from './repository-for.js';
import { uploadBlob } from './upload-blob.js';

/**
 * Pushes bundles to one repository.
 *
 * @param tag a name for people; by default one made of the digest, because registries collect what has no tag
 * @throws Error when the tag is none.
 */
export function createRegistryTarget(
  client: RegistryClient,
  { repository, refOf }: NamedRepository,
  tag: string | undefined,
): BundleTarget {
  if (tag !== undefined && !/^\w[\w.-]{0,127}$/.test(tag)) {
    throw new Error(
      `Cannot push to ${repository} with the tag ${JSON.stringify(tag)}: a tag is up to 128 letters, digits, "_", "." and "-", and begins with none of the last two.`,
    );
  }
  return {
    refOf,
    async lacking(blobs, manifest) {
      // A registry takes a manifest only when it has its blobs.
      if (await hasManifest(manifest)) return [];
      const distinct = [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
      const there = await allAtOnce(distinct, { limit: 16 }, hasBlob);
      return distinct.filter((_blob, index) => !there[index]);
    },
    putBlob: (blob, open) => uploadBlob(client, repository, blob, open),
    async putManifest(manifest, bytes) {
      await put(manifest, bytes, manifest.digest);
      await put(manifest, bytes, tag ?? automaticTag(manifest.digest));
    },
  };

  async function hasManifest(digest: string): Promise<boolean> {
    const answer = await look(`manifests/${digest}`, { accept: manifestTypes });
    if (answer.status === 404) return false;
    const told = answer.headers.get('docker-content-digest');
    const type = answer.headers.get('content-type') ?? '';
    if (told === digest || (told === null && /^(application\/vnd\.|$)/.test(type))) return true;
    // A sign-in page, say, answers everything.
    throw new Error(
      `Cannot push to ${repository}: what answers there is no registry (of a manifest it says ${told ?? type}). Correct MODELOPS_BUNDLE_REGISTRY.`,
    );
  }

  async function hasBlob({ digest, size }: ExpectedBytes): Promise<boolean> {
    const answer = await look(`blobs/${digest}`, {});
    const told = answer.headers.get('content-length');
    return answer.status === 200 && (told === null || Number(told) === size);
  }

  function look(what: string, headers: Record<string, string>): Promise<Answer> {
    return client.send({
      purpose: `see whether ${repository} has ${what}`,
      method: 'HEAD',
      url: `/v2/${repository}/${what}`,
      repository,
      actions: 'pull,push',
      headers,
      accept: [200, 404],
    });
  }

  async function put({ digest }: ExpectedBytes, bytes: Uint8Array, name: string): Promise<void> {
    const answer = await client.send({
      purpose: `push the manifest ${name} to ${repository}`,
      method: 'PUT',
      url: `/v2/${repository}/manifests/${name}`,
      repository,
      actions: 'pull,push',
      headers: { 'content-type': mediaTypes.manifest },
      body: bytes,
      accept: [201, 202, 204],
    });
    const stored = answer.headers.get('docker-content-digest') ?? digest;
    if (stored !== digest) {
      throw new Error(
        `Cannot push the manifest ${name} to ${repository}: the registry stored it as ${stored}, not ${digest}. It changes what it is given: use another registry.`,
      );
    }
  }
}
