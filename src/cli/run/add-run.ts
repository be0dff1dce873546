import type { Command } from 'commander';
import { readSettings } from '../../config/read-settings.js';
import { paramId } from '../../contracts/param-id.js';
import { replicateSeed } from '../../contracts/replicate-seed.js';
import { SimTask } from '../../contracts/sim-task.js';
import { taskId } from '../../contracts/task-id.js';
import { violationOf } from '../../contracts/violation-of.js';
import { addCommand } from '../add-command.js';
import { namedBundle } from '../bundle/named-bundle.js';
import type { CliContext } from '../cli-context.js';
import { exitCodes } from '../exit-codes.js';
import { openCache } from '../open-bundles.js';
import { parseSeconds } from '../parse-seconds.js';
import { parseSeeds } from '../submit/parse-seeds.js';
import { formatDuration } from '../terminal/format-duration.js';
import { UsageError } from '../usage-error.js';
import { readParams } from './read-params.js';
import { runOneTask } from './run-one-task.js';

interface RunOptions {
  bundle: string;
  entrypoint: string;
  param?: string[];
  paramsJson?: string;
  seed?: string;
  outputs?: string;
  timeout?: number;
  to: string;
}

/** `mops-cold run` */
export function addRun(program: Command, context: CliContext): void {
  addCommand<RunOptions>(
    program,
    context,
    'run',
    'run one task here, in a fresh process as the app would, without queue and storage; exits with 3 when it fails',
    (command) =>
      command
        .requiredOption('--bundle <path|reference>', 'its code: a folder, or [repository@]sha256:<digest>')
        .requiredOption('--entrypoint <name>', 'what to run, as in models.sir/baseline')
        .option('--param <name=value>', 'a parameter; once for each', (value, earlier: string[] = []) => [
          ...earlier,
          value,
        ])
        .option('--params-json <text|file>', 'all parameters as a JSON object, or a file that holds one')
        .option(
          '--seed <number>',
          "0 to 18446744073709551615; when left out, the one of the parameters' first replicate",
        )
        .option('--outputs <names>', 'outputs to keep, separated by commas; all when left out')
        .option(
          '--timeout <seconds>',
          'longest time it may run (default MODELOPS_TASK_TIMEOUT_SECONDS)',
          parseSeconds,
        )
        .option(
          '--to <folder>',
          "where the folder of the task is made, named for the task's id",
          './results/run',
        ),
    async (output, options) => {
      const { settings } = readSettings(context.env);
      const bundle = await namedBundle(options.bundle, settings, context);
      const task = await readTask(options, bundle.ref);
      const local = await openCache(settings, await bundle.source()).ensureLocal(
        task.bundle_ref,
        context.signal,
      );
      const ran = await runOneTask(settings, task, local, options, context.signal).finally(local.release);

      const { outcome, reason, folder, artifacts, attestation, timings } = ran;
      const process = attestation ? `process ${attestation.seen.pid}` : 'no process';
      output.say(
        `Task ${taskId(task)}: ${outcome} in ${process}, ${formatDuration(timings.simulate / 1000)} in the simulation.`,
      );
      if (reason) output.say(reason);
      if (ran.error?.traceback) output.note(ran.error.traceback.trimEnd());
      output.say(
        `In ${folder}: ${[...Object.values(artifacts).map(({ file }) => file), 'log.txt', 'outcome.json'].join(', ')}`,
      );
      output.document(ran);
      return outcome === 'succeeded' ? exitCodes.done : exitCodes.someTasksFailed;
    },
  );
}

async function readTask(options: RunOptions, bundleRef: string): Promise<SimTask> {
  const values = await readParams(options.param ?? [], options.paramsJson);
  const seeds = options.seed === undefined ? [replicateSeed(paramId(values), 0)] : parseSeeds(options.seed);
  if (seeds.length !== 1)
    throw new UsageError(`Cannot run the seeds "${options.seed}": one task has one seed.`);
  const parsed = SimTask.safeParse({
    bundle_ref: bundleRef,
    entrypoint: options.entrypoint,
    params: { values },
    seed: seeds[0],
    ...(options.outputs !== undefined && { outputs: options.outputs.split(',').map((name) => name.trim()) }),
  });
  if (!parsed.success)
    throw new UsageError(`Cannot run this task: ${violationOf(parsed.error, 'The task').message}`);
  return parsed.data;
}
