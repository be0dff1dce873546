import { lossesCsv } from '../../results/losses/losses-csv.js';
import { readLosses } from '../../results/losses/read-losses.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { openJob } from '../open-job.js';
import { formatTable } from '../terminal/format-table.js';
import type { Output } from '../terminal/output.js';
import { parameterWords } from '../terminal/parameter-words.js';

/** What `mops-cold losses` does. */
export async function losses(
  output: Output,
  context: CliContext,
  { run, csv = false }: { run?: string; csv?: boolean },
  [name = '']: (string | undefined)[],
): Promise<ExitCode> {
  const { storage, job } = await openJob(context, name, run);
  const rows = await readLosses(storage, job, context.signal);
  const { jobId } = job.scope;
  if (rows.length === 0) output.note(`The parameter sets of job ${jobId} are compared with no targets.`);
  else if (csv) output.say(lossesCsv(rows).trimEnd());
  else
    output.say(
      formatTable(
        ['parameters', 'target', 'loss', 'replicates', 'outcome'],
        rows.map(({ params, target, loss, n_replicates: made, replicates, outcome, reason }) => [
          parameterWords(params),
          target,
          loss === null ? '' : String(loss),
          made === null ? '' : `${made}${replicates === null ? '' : ` of ${replicates}`}`,
          reason === '' ? outcome : `${outcome}: ${reason}`,
        ]),
      ),
    );
  output.document({ job_id: jobId, run: job.scope.run ?? null, losses: rows });
  const failed = rows.some(({ outcome }) => outcome !== 'succeeded' && outcome !== 'pending');
  return failed ? exitCodes.someTasksFailed : exitCodes.done;
}
