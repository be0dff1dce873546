/** Which deployment is meant. */
export interface PlaceOptions {
  name: string;
  resourceGroup?: string;
}

export interface Place {
  name: string;
  group: string;
  /** What its deployments are called in Azure: the first of everything but the app, the second with it. */
  deployments: { base: string; app: string };
}

export function placeOf({ name, resourceGroup }: PlaceOptions): Place {
  return {
    name,
    group: resourceGroup ?? `modelops-${name}`,
    deployments: { base: `modelops-${name}-base`, app: `modelops-${name}` },
  };
}

/** The options that name a place again, for the commands that are recommended. */
export function placeArguments({ name, group }: Place): string {
  return group === `modelops-${name}` ? `--name ${name}` : `--name ${name} --resource-group ${group}`;
}
