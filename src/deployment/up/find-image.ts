import { z } from 'zod';
import type { Az } from '../az/create-az.js';

const Shown = z.looseObject({ digest: z.string() });

/** The digest of an image in the registry; undefined when it is not there. */
export async function findImage(az: Az, registry: string, image: string): Promise<string | undefined> {
  const shown = await az.find(Shown, 'acr', 'repository', 'show', '--name', registry, '--image', image);
  return shown?.digest;
}

/** The tags of a repository, the newest first. */
export async function listTags(az: Az, registry: string, repository: string): Promise<string[]> {
  const tags = await az.find(
    z.array(z.string()),
    ...['acr', 'repository', 'show-tags', '--name', registry, '--repository', repository],
    ...['--orderby', 'time_desc', '--top', '5'],
  );
  return tags ?? [];
}
