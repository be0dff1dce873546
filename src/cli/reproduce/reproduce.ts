import type { Comparison } from '../../comparison/comparison.js';
import { countFacts, groupDifferences } from '../../comparison/group-differences.js';
import type { OpenStorage } from '../../connections/open-storage.js';
import { limitsOf } from '../../contracts/bundle/limits-of.js';
import type { FoundJob } from '../../jobs/reading/find-job.js';
import { counted } from '../../reporting/counted.js';
import { UsageError } from '../../reporting/usage-error.js';
import { type Choice, type ChosenTasks, chooseTasks } from '../../reproduction/choose-tasks.js';
import { type FinishedTasks, finishedTasks } from '../../reproduction/finished-tasks.js';
import { reproduceHere } from '../../reproduction/reproduce-here.js';
import { reproduceInApp } from '../../reproduction/reproduce-in-app.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { openJob } from '../open-job.js';
import { comparisonLines } from '../terminal/comparison-lines.js';
import type { Output } from '../terminal/output.js';
import { watchRemote } from '../terminal/watch-remote.js';
import type { ReproduceOptions } from './reproduce-options.js';
import { runAgainHere } from './run-again-here.js';

/** What `mops-cold reproduce` does. */
export async function reproduce(
  output: Output,
  context: CliContext,
  options: ReproduceOptions,
  [jobId = '']: (string | undefined)[],
): Promise<ExitCode> {
  const choice = choiceOf(options);
  const { storage, job: found } = await openJob(context, jobId, options.run);
  const job = { ...found, scope: { jobId, run: options.run } };
  const finished = await finishedTasks(storage, job, context.signal);
  if (finished.succeeded.length === 0)
    throw new Error(`Cannot reproduce the job ${jobId}: none of its tasks has succeeded.`);
  const chosen = chooseTasks(finished.succeeded, finished.others, choice);
  const where = options.here ? ', here' : '';
  output.note(`Running ${counted(chosen.tasks.length, 'task')} of ${jobId} again${where}: ${chosen.how}.`);
  if (finished.others.length > 0 && choice.kind !== 'named')
    output.note(`${counted(finished.others.length, 'task')} did not succeed, and cannot be compared.`);

  const act = options.here ? here : inApp;
  const { again = null, ...compared } = await act(output, context, options, {
    storage,
    job,
    chosen,
    finished,
  });
  for (const line of comparisonLines(compared, jobId, again ?? 'what it returns here')) output.say(line);
  const code = verdict(compared);
  output.document({
    ...{ job_id: jobId, run: options.run ?? null, again_job_id: again, chosen: chosen.how, ...compared },
    groups: groupDifferences(compared).map(({ task_ids, example }) => ({
      task_ids,
      example: example.task_id,
    })),
    facts: countFacts(compared),
    reproducible: code === exitCodes.done,
  });
  return code;
}

interface Meant {
  storage: OpenStorage;
  job: FoundJob;
  chosen: ChosenTasks;
  finished: FinishedTasks;
}

async function here(
  output: Output,
  context: CliContext,
  { details, timeout, tasksAtOnce }: ReproduceOptions,
  { storage, chosen, finished }: Meant,
): Promise<Comparison & { again?: string }> {
  return runAgainHere(output, context, storage, { title: 'Running again', tasksAtOnce }, (from, options) =>
    reproduceHere(
      storage,
      from,
      chosen.tasks,
      finished.outcomes,
      { ...options, look: details, limits: limitsOf({ timeout_seconds: timeout }) },
      context.signal,
    ),
  );
}

async function inApp(
  output: Output,
  context: CliContext,
  { details, timeout }: ReproduceOptions,
  { storage, job, chosen }: Meant,
): Promise<Comparison & { again: string }> {
  return reproduceInApp(
    storage,
    job,
    chosen.tasks,
    {
      look: details,
      watch: async (again) => {
        const name = again.scope.jobId;
        output.note(
          `The app runs them as job ${name}; \`mops-cold compare ${job.scope.jobId} ${name}\` compares them later, too.`,
        );
        // How the comparison comes out is the result; how the job ended is said beside it.
        await watchRemote({ ...output, say: output.note }, storage, again, context, timeout);
      },
    },
    context.signal,
  );
}

function choiceOf({ sample, tasks, here, tasksAtOnce }: ReproduceOptions): Choice {
  if (sample !== undefined && tasks !== undefined)
    throw new UsageError('Cannot use --sample with --tasks: leave one of them out.');
  if (tasksAtOnce !== undefined && !here)
    throw new UsageError(
      'Cannot use --tasks-at-once without --here: the app says how many it runs at a time.',
    );
  if (tasks === undefined) return sample ?? { kind: 'all' };
  const prefixes = tasks.split(',').map((id) => id.trim());
  if (prefixes.includes('')) throw new UsageError('Cannot use --tasks: it names a task that is empty.');
  return { kind: 'named', prefixes };
}

/** A difference is certain; without one, what could not be compared shows nothing. */
function verdict({ different, uncompared, compared }: Comparison): ExitCode {
  if (different.length > 0) return exitCodes.notReproducible;
  return uncompared.length > 0 || compared === 0 ? exitCodes.couldNot : exitCodes.done;
}
