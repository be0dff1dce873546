import { openStorage } from '../../connections/open-storage.js';
import { readRefused } from '../../jobs/reading/read-refused.js';
import { counted } from '../../reporting/counted.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Output } from '../terminal/output.js';

/** What `mops-cold refused list` does. */
export async function list(
  output: Output,
  { env, signal }: CliContext,
  { most }: { most: number },
): Promise<ExitCode> {
  const { jobs } = await openStorage(env);
  const { total, newest } = await readRefused(jobs, null, most, signal);
  if (total === 0) output.say('No message has been refused or given up.');
  for (const { message_id: id, why, reason, received_at: at } of newest)
    output.say(`${at}  ${id}  ${why}: ${reason}`);
  if (total > newest.length) output.say(`${counted(total - newest.length, 'older one')}: --most lists more.`);
  if (newest[0]) output.say(`Next: mops-cold refused show ${newest[0].message_id}`);
  output.document({ refused: newest, total });
  return exitCodes.done;
}
