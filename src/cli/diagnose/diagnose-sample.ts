import { limitsOf } from '../../contracts/bundle/limits-of.js';
import { checkSample } from '../../diagnosis/check-sample.js';
import { counted } from '../../reporting/counted.js';
import { UsageError } from '../../reporting/usage-error.js';
import { type Choice, chooseTasks } from '../../reproduction/choose-tasks.js';
import { finishedTasks } from '../../reproduction/finished-tasks.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { openJob } from '../open-job.js';
import { runAgainHere } from '../reproduce/run-again-here.js';
import { comparisonLines } from '../terminal/comparison-lines.js';
import type { Output } from '../terminal/output.js';
import type { DiagnoseOptions } from './diagnose-options.js';

const lookedAt = 20;

/** What `mops-cold diagnose --sample` does: whether a job that reused processes has stored what fresh ones return. */
export async function diagnoseSample(
  output: Output,
  context: CliContext,
  options: DiagnoseOptions & { sample: Choice },
  given: string | undefined,
): Promise<ExitCode> {
  const { sample, tasksAtOnce, timeout, memory } = options;
  const name = jobOf(options, given);
  const { storage, job } = await openJob(context, name, undefined);
  const { jobId } = job.scope;
  const every = { ...job, scope: { jobId, run: undefined } };
  const finished = await finishedTasks(storage, every, context.signal);
  const ran = [...finished.succeeded, ...finished.failed];
  if (ran.length === 0) throw new Error(`Cannot diagnose the job ${jobId}: none of its tasks has run.`);
  // What a task raises only where its process was reused is a leak, too.
  const chosen = chooseTasks(ran, [], sample, 'that ran');
  output.note(`Running ${counted(chosen.tasks.length, 'task')} of ${jobId} cold, here: ${chosen.how}.`);
  const found = await runAgainHere(
    output,
    context,
    storage,
    { title: 'Running cold', tasksAtOnce },
    (from, here) =>
      checkSample(
        storage,
        from,
        chosen.tasks,
        finished.outcomes,
        {
          ...here,
          look: lookedAt,
          limits: limitsOf({ timeout_seconds: timeout, memory_bytes: memory }),
        },
        context.signal,
      ),
  );
  const { cold, leaked, unsure, different, uncompared, compared } = found;
  for (const line of comparisonLines(found, jobId, 'what it returns cold')) output.say(line);
  if (cold > 0) output.say(`${counted(cold, 'task')} of the sample had run cold, and did not run again.`);
  if (leaked.length > 0) {
    output.say(
      `It leaks: ${counted(leaked.length, 'task')} of ${compared} came out otherwise in a reused process than in fresh ones, which agree. \`mops-cold diagnose --job ${jobId}\` looks for the cause; \`requires_fresh_process: true\` in its bundle's metadata keeps its tasks apart.`,
    );
  }
  const drawn = different.length - leaked.length - unsure.length;
  if (drawn > 0)
    output.say(
      `Of those that differ, ${counted(drawn, 'task')} also ${drawn === 1 ? 'differs from itself' : 'differ from themselves'} in fresh processes: that is no leak.`,
    );
  for (const why of new Set(unsure.map((task) => task.why))) {
    const { length } = unsure.filter((task) => task.why === why);
    output.say(`${counted(length, 'task')} may have leaked, which cannot be told here. ${why}`);
  }
  output.document({ job_id: jobId, chosen: chosen.how, ...found });
  if (leaked.length > 0) return exitCodes.proofFailed;
  if (different.length > 0) return exitCodes.notReproducible;
  return uncompared.length > 0 ? exitCodes.couldNot : exitCodes.done;
}

/** Its tasks and bundle are the job's, and nothing is written. */
const withoutMeaning: [keyof DiagnoseOptions, string][] = [
  ['bundle', '--bundle'],
  ['entrypoint', '--entrypoint'],
  ['grid', '--grid'],
  ['lhs', '--lhs'],
  ['sobol', '--sobol'],
  ['range', '--range'],
  ['samplingSeed', '--sampling-seed'],
  ['params', '--params'],
  ['seeds', '--seeds'],
  ['replicates', '--replicates'],
  ['outputs', '--outputs'],
  ['env', '--env'],
  ['study', '--study'],
  ['shuffleSeed', '--shuffle-seed'],
  ['write', '--write'],
  ['inApp', '--in-app'],
  ['to', '--to'],
];

function jobOf(options: DiagnoseOptions, given: string | undefined): string {
  const useless = withoutMeaning.filter(([name]) => options[name] !== undefined).map(([, flag]) => flag);
  if (useless.length > 0)
    throw new UsageError(
      `Cannot use ${useless.join(', ')} with --sample, which takes the tasks and the bundle of a job and writes nothing: leave ${useless.length > 1 ? 'them' : 'it'} out, or --sample.`,
    );
  if (given !== undefined && options.job !== undefined)
    throw new UsageError('Cannot diagnose samples of two jobs at once: name it, or give --job.');
  const name = given ?? options.job;
  if (name === undefined) throw new UsageError('Cannot diagnose a sample: name the job that it is of.');
  return name;
}
