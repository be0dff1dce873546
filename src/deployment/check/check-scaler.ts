import type { Check } from '../../reporting/check.js';
import { readScaler, scalerAdvice } from '../scaler/read-scaler.js';
import type { CheckContext } from './check-context.js';

/** Whether Container Apps has made the scaler of the queue. Premium scales by itself. */
export async function checkScaler({ az, deployed }: CheckContext): Promise<Check[]> {
  const { asked, workspaceCustomerId, appName } = deployed;
  if (asked.hosting !== 'containerapps') return [];
  const name = 'Scaler';
  const scaler = await readScaler(az, workspaceCustomerId, appName);
  if (scaler.state === 'started') return [{ name, state: 'ok', found: 'the platform has made it' }];
  // With a replica that is always there tasks are run all the same, by that one.
  const state = asked.minimumInstances > 0 ? 'limited' : 'missing';
  const what =
    scaler.state === 'failed'
      ? `the platform has not made it: "${scaler.said}"`
      : 'the platform has said nothing of it for a week';
  return [{ name, state, found: `${what}. A sleeping app is not woken. ${scalerAdvice}` }];
}
