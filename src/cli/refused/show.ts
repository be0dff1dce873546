import { openStorage } from '../../connections/open-storage.js';
import { refusedNamed } from '../../jobs/reading/refused-named.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Output } from '../terminal/output.js';

/** What `mops-cold refused show` does. */
export async function show(
  output: Output,
  { env, signal }: CliContext,
  [start = '']: (string | undefined)[],
): Promise<ExitCode> {
  const { jobs } = await openStorage(env);
  const refused = await refusedNamed(jobs, start, signal);
  const {
    message_id: id,
    why,
    reason,
    field,
    received_at: at,
    dequeue_count: deliveries,
    body,
    blob,
  } = refused;
  output.say(`Message ${id}: ${why === 'invalid' ? 'it is no task' : 'all its deliveries were used up'}`);
  output.say(`  ${reason}${field === '' ? '' : ` (at ${field})`}`);
  output.say(`  last received at ${at}, at delivery ${deliveries}; kept as ${blob}`);
  output.say('Its body:');
  output.say(body);
  output.document(refused);
  return exitCodes.done;
}
