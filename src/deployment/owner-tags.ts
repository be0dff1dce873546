/** Tags that every resource of a deployment has, as infra/main.bicep gives them. */
export function ownerTags(name: string): Record<string, string> {
  return { app: 'modelops-cold-functions', name };
}

/** The tag of a resource group that `deploy up` has made, and `deploy down` may delete. */
export const groupTag = { 'made-by': 'mops-cold' };

export function hasTags(
  tags: Record<string, string> | null | undefined,
  wanted: Record<string, string>,
): boolean {
  return Object.entries(wanted).every(([key, value]) => tags?.[key] === value);
}
