import { z } from 'zod';
import type { Az } from '../az/create-az.js';
import type { Place } from '../place.js';
import { readDeployment } from '../read-deployment.js';

const Outputs = z.object({ asked: z.object({ budgetStart: z.string().min(1) }) });

/** The start of the budget that a deployment has made before, which Azure changes for none; undefined when there was none. */
export async function budgetStart(az: Az, place: Place): Promise<string | undefined> {
  for (const name of [place.deployments.app, place.deployments.base]) {
    const { data } = Outputs.safeParse((await readDeployment(az, place, name))?.outputs);
    if (data) return data.asked.budgetStart;
  }
  return undefined;
}
