import { join } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../../package/package-root.js';
import type { Reporter } from '../../reporting/reporter.js';
import { AzFailed } from '../az/az-failed.js';
import type { Az } from '../az/create-az.js';
import { patiently } from '../patiently.js';
import type { Place } from '../place.js';
import { type Deployment, hasEnded, readDeployment } from '../read-deployment.js';

const file = join(packageRoot, 'infra', 'main.bicep');
const earlierPatienceMs = 60 * 60_000;

const Validated = z.object({
  properties: z.object({
    parameters: z.record(z.string(), z.looseObject({ value: z.unknown() })),
  }),
});

/** infra/main.bicep with the parameters that a person gave. */
export interface Template {
  /** Files of parameters, in their order. */
  files: string[];
  /** `key=value`, which win over the files. */
  values: string[];
}

/**
 * Lets Azure look at what would be deployed, and make nothing.
 *
 * @returns the parameters as Azure has read them
 * @throws Error with Azure's reasons
 */
export async function validateTemplate(
  az: Az,
  place: Place,
  name: string,
  template: Template,
): Promise<Record<string, unknown>> {
  try {
    const { properties } = await az.json(
      Validated,
      'deployment',
      'group',
      'validate',
      ...args(place, name, template),
    );
    return Object.fromEntries(Object.entries(properties.parameters).map(([key, { value }]) => [key, value]));
  } catch (error) {
    if (!(error instanceof AzFailed)) throw error;
    throw new Error(`Azure refuses what would be deployed: ${error.reason}`, { cause: error });
  }
}

/**
 * Deploys, and waits until it is done. One that is still going on from before is waited for first: two at once would be refused.
 *
 * @throws Error with Azure's reasons
 */
export async function deployTemplate(
  az: Az,
  place: Place,
  name: string,
  template: Template,
  { reporter, signal }: { reporter: Reporter; signal: AbortSignal },
): Promise<Deployment> {
  await patiently(
    `the deployment ${name}, which was begun before`,
    { reporter, signal, patienceMs: earlierPatienceMs },
    async () => {
      const earlier = await readDeployment(az, place, name);
      return earlier === undefined || hasEnded(earlier)
        ? { found: true }
        : { notYet: `Azure says that it is ${earlier.state}` };
    },
  );
  try {
    await az.json(z.unknown(), 'deployment', 'group', 'create', ...args(place, name, template));
  } catch (error) {
    if (!(error instanceof AzFailed)) throw error;
    throw new Error(`Azure could not deploy: ${error.reason}`, { cause: error });
  }
  const made = await readDeployment(az, place, name);
  if (made?.state !== 'Succeeded')
    throw new Error(`Azure could not deploy: the deployment ${name} is ${made?.state ?? 'gone'}.`);
  return made;
}

function args({ group }: Place, name: string, { files, values }: Template): string[] {
  return [
    ...['--resource-group', group, '--name', name, '--template-file', file],
    ...files.flatMap((each) => ['--parameters', each]),
    ...['--parameters', ...values],
    ...['--no-prompt', 'true'],
  ];
}
