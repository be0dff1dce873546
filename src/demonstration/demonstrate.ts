import { availableParallelism } from 'node:os';
import type { CliContext } from '../cli/cli-context.js';
import type { DemoOptions } from '../cli/demo/demo-options.js';
import { hostLog } from '../cli/demo/host-log.js';
import { showCold } from '../cli/demo/show-cold.js';
import { showWarm } from '../cli/demo/show-warm.js';
import { createOutput } from '../cli/terminal/output.js';
import { newRunId } from '../jobs/submission/new-run-id.js';
import { formatDuration } from '../reporting/format-duration.js';
import { batchSizeSetting } from './batch-size-setting.js';
import { demoGrid, demoModel } from './demo-model.js';
import { openStage } from './open-stage.js';
import { ownSettings } from './own-settings.js';
import { type GridRun, runGrid } from './run-grid.js';
import { checkHost, startHost } from './start-host.js';
import { whileHosted } from './while-hosted.js';

const to = 'results';

/**
 * The whole demonstration: the same grid in fresh processes and in one reused process, and where the answers differ.
 *
 * @throws Error when something is missing, or when it does not show what it promises.
 */
export async function demonstrate(
  { env, stdout, stderr, signal }: CliContext,
  options: DemoOptions,
): Promise<void> {
  const begun = performance.now();
  const output = createOutput({ stdout, stderr }, false);
  const func = options.func === true;
  const logger = hostLog(options.verbose ? 'everything' : 'errors', stderr);
  const settings = ownSettings(env, 'everything');
  await checkHost({ func }, settings);

  output.say('1. Build a stochastic epidemic model');
  const stage = await openStage(settings);
  try {
    const model = await demoModel(stage, signal);
    signal.throwIfAborted();
    output.say(`   ${model.explanation}`);
    output.say(`   Bundle ${model.ref}, in ${model.store}; Python ${stage.python.version}`);

    const name = `demo-${newRunId()}`;
    const runAs = async (jobId: string, executor: NodeJS.ProcessEnv): Promise<GridRun> => {
      const appEnv = { ...stage.env, ...executor };
      const host = await startHost({ func, env: appEnv, logger }, signal);
      return whileHosted(host, signal, (stillHosted) =>
        runGrid({ jobId, bundleRef: model.ref, env: appEnv, to }, output, stillHosted),
      );
    };

    const { parameterSets, replicates } = demoGrid;
    output.say(
      `\n2. Run ${parameterSets} parameter sets × ${replicates} replicates, each task in a fresh process`,
    );
    const atOnce = Math.min(availableParallelism(), 4);
    const cold = await runAs(name, { MODELOPS_EXECUTOR_TYPE: 'cold', [batchSizeSetting]: String(atOnce) });
    showCold(cold, output);

    output.say('\n3. Run the same tasks again, all in one process (MODELOPS_EXECUTOR_TYPE=isolated_warm)');
    const warm = await runAs(`${name}-warm`, {
      MODELOPS_EXECUTOR_TYPE: 'isolated_warm',
      MODELOPS_RECYCLE_AFTER_TASKS: '0',
      MODELOPS_RECYCLE_AFTER_MINUTES: '0',
      [batchSizeSetting]: '1',
    });
    showWarm(cold, warm, output);

    output.say(`\nShown in ${formatDuration((performance.now() - begun) / 1000)}.`);
    output.say(nextSteps(cold.fetched.folder));
  } finally {
    await stage.close();
  }
}

function nextSteps(folder: string): string {
  return [
    'Next:',
    `  ${folder}/index.csv   every task with its process; a folder for each task beside it`,
    '  npm run dev   storage and app for tasks of your own, with a command to try',
    '  README.md     "Your own model": a folder with a wire.py, and mops-cold submit, watch, fetch, verify',
  ].join('\n');
}
