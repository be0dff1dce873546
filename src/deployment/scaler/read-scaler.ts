import { z } from 'zod';
import type { Az } from '../az/create-az.js';
import { scalerQuery } from './scaler-query.js';

/** What the platform said last of the scaler of the queue. */
export type Scaler = { state: 'started' } | { state: 'failed'; said: string } | { state: 'unknown' };

const Rows = z.array(z.looseObject({ said: z.string(), Log: z.string().nullish() }));

/**
 * Asks the logs of Container Apps whether it has made the scaler. Without it a sleeping app is never woken. It fails to be made now
 * and then; the last thing that the platform said decides, since a restart mends what failed before it.
 */
export async function readScaler(az: Az, workspace: string, app: string): Promise<Scaler> {
  const [row] = await az.json(
    Rows,
    ...['monitor', 'log-analytics', 'query', '--workspace', workspace, '--analytics-query', scalerQuery(app)],
  );
  if (row?.said === 'started') return { state: 'started' };
  return row === undefined
    ? { state: 'unknown' }
    : { state: 'failed', said: row.Log ?? 'it did not say why' };
}

/** What to do about a scaler that is not there. */
export const scalerAdvice =
  'Restart the revision and check again (`az containerapp revision restart`), or keep a replica with minimumInstances=1.';
