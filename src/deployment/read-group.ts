import { z } from 'zod';
import type { Az } from './az/create-az.js';
import { hasTags, ownerTags } from './owner-tags.js';

const Tags = z.record(z.string(), z.string()).nullish();
const Group = z.object({
  name: z.string(),
  location: z.string(),
  tags: Tags,
  /** `Deleting` while Azure takes it away, which takes minutes. */
  properties: z.object({ provisioningState: z.string().nullish() }).nullish(),
});
const Resources = z.array(z.object({ id: z.string(), name: z.string(), type: z.string(), tags: Tags }));

export type Group = z.infer<typeof Group>;
export type GroupResource = z.infer<typeof Resources>[number];

/** A resource group; undefined when there is none. */
export function readGroup(az: Az, group: string): Promise<Group | undefined> {
  return az.find(Group, 'group', 'show', '--name', group);
}

/** What is in a resource group. */
export function readResources(az: Az, group: string): Promise<GroupResource[]> {
  return az.json(Resources, 'resource', 'list', '--resource-group', group);
}

/** Those of them that belong to a deployment, by the tags that it gives them. */
export function ownResources(resources: GroupResource[], name: string): GroupResource[] {
  return resources.filter(({ tags }) => hasTags(tags, ownerTags(name)));
}

export const isType = (resource: GroupResource, type: string): boolean =>
  resource.type.toLowerCase() === type.toLowerCase();
