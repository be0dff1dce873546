import { z } from 'zod';
import type { Az } from './az/create-az.js';
import type { Place } from './place.js';

const Values = z.record(z.string(), z.looseObject({ value: z.unknown() })).nullish();
const Shown = z.object({
  name: z.string(),
  properties: z.object({
    provisioningState: z.string(),
    timestamp: z.string().nullish(),
    outputs: Values,
    outputResources: z.array(z.object({ id: z.string() })).nullish(),
  }),
});

/** A deployment as Azure remembers it. */
export interface Deployment {
  name: string;
  /** `Succeeded`, `Failed`, `Canceled`, or `Running` and others while it goes on. */
  state: string;
  at: string | undefined;
  outputs: Record<string, unknown>;
  /** Ids of what it has made. */
  resources: string[];
}

/** The deployment with the app, or else the one of everything but the app; undefined when there is neither. */
export async function readLatestDeployment(az: Az, place: Place): Promise<Deployment | undefined> {
  return (
    (await readDeployment(az, place, place.deployments.app)) ??
    (await readDeployment(az, place, place.deployments.base))
  );
}

export async function readDeployment(
  az: Az,
  { group }: Place,
  name: string,
): Promise<Deployment | undefined> {
  const shown = await az.find(
    Shown,
    'deployment',
    'group',
    'show',
    '--resource-group',
    group,
    '--name',
    name,
  );
  if (shown === undefined) return undefined;
  const { provisioningState, timestamp, outputs, outputResources } = shown.properties;
  return {
    name: shown.name,
    state: provisioningState,
    at: timestamp ?? undefined,
    outputs: plain(outputs),
    resources: (outputResources ?? []).map(({ id }) => id),
  };
}

export const hasEnded = ({ state }: Deployment): boolean => /^(Succeeded|Failed|Canceled)$/.test(state);

function plain(values: z.infer<typeof Values>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values ?? {}).map(([name, { value }]) => [name, value]));
}
