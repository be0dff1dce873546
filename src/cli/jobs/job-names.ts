import { openStorage } from '../../connections/open-storage.js';
import { listJobNames } from '../../jobs/reading/list-job-names.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Output } from '../terminal/output.js';

/** What `mops-cold jobs --names` does: what a job can be called, a line each, for shells that complete it. */
export async function jobNames(output: Output, { env, signal }: CliContext): Promise<ExitCode> {
  const { jobs } = await openStorage(env);
  const names: string[] = [];
  for await (const name of listJobNames(jobs, '', signal)) names.push(name);
  for (const name of names.length > 0 ? ['last', ...names] : []) output.say(name);
  output.document({ names });
  return exitCodes.done;
}
