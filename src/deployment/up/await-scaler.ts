import type { Az } from '../az/create-az.js';
import type { Deployed } from '../deployed.js';
import { type Patience, patiently } from '../patiently.js';
import { readScaler, scalerAdvice } from '../scaler/read-scaler.js';

/** Waits until Container Apps says that it has made the scaler of the queue. Premium has none. */
export async function awaitScaler(
  az: Az,
  { asked, workspaceCustomerId, appName }: Deployed,
  patience: Patience,
): Promise<boolean> {
  if (asked.hosting !== 'containerapps') return false;
  await patiently('the scaler', { ...patience, everyMs: 30_000 }, async () => {
    const scaler = await readScaler(az, workspaceCustomerId, appName);
    if (scaler.state === 'started') return { found: true };
    const why =
      scaler.state === 'failed'
        ? `the platform says "${scaler.said}"`
        : 'the platform has said nothing of it yet';
    return { notYet: `${why}. ${scalerAdvice}` };
  });
  return true;
}
