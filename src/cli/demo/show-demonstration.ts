import { demoGrid } from '../../demonstration/demo-model.js';
import { type DemonstrationStep, demonstrate } from '../../demonstration/demonstrate.js';
import { counted } from '../../reporting/counted.js';
import { formatDuration } from '../../reporting/format-duration.js';
import type { CliContext } from '../cli-context.js';
import { leakLines } from '../terminal/leak-lines.js';
import { createOutput, type Output } from '../terminal/output.js';
import { watchWithProgress } from '../terminal/watch-with-progress.js';
import type { DemoOptions } from './demo-options.js';
import { hostLog } from './host-log.js';
import { answersTable, comparisonTable } from './tables.js';

/** Shows the whole demonstration, step by step. */
export async function showDemonstration(
  { env, stdout, stderr, signal }: CliContext,
  { func = false, verbose }: DemoOptions,
): Promise<void> {
  const begun = performance.now();
  const output = createOutput({ stdout, stderr }, false);
  const logger = hostLog(verbose ? 'everything' : 'errors', stderr);
  const steps = demonstrate(
    {
      env,
      func,
      logger,
      to: 'results',
      watch: (storage, job, untilLate) => watchWithProgress(output, storage, job, untilLate),
    },
    signal,
  );
  let folder = '';
  for await (const step of steps) {
    for (const line of linesOf(step)) output.say(line);
    if (step.step === 'isolated') folder = step.cold.fetched.folder;
  }
  output.say(`\nShown in ${formatDuration((performance.now() - begun) / 1000)}.`);
  sayNext(output, folder);
}

function linesOf(step: DemonstrationStep): string[] {
  switch (step.step) {
    case 'building':
      return ['1. Build a stochastic epidemic model'];
    case 'built': {
      const { model, python } = step;
      return [
        `   ${model.explanation}`,
        `   Bundle ${model.ref}, in ${model.store}; Python ${python.version}`,
      ];
    }
    case 'running': {
      const { parameterSets, replicates } = demoGrid;
      return step.executor === 'cold'
        ? [
            `\n2. Run ${parameterSets} parameter sets × ${replicates} replicates, each task in a fresh process`,
          ]
        : ['\n3. Run the same tasks again, all in one process (MODELOPS_EXECUTOR_TYPE=isolated_warm)'];
    }
    case 'ran-cold':
      return ['', answersTable(step.cold.answers)];
    case 'isolated': {
      const { answers, fetched } = step.cold;
      return [
        '',
        `Verified: ${answers.length} tasks ran in ${step.processes} processes, each of them fresh.`,
        `Results: ${fetched.folder}   Index: ${fetched.index.csv}`,
      ];
    }
    case 'ran-again': {
      const { first, again } = step.repeated;
      const outputs = counted(Object.keys(again.outputs).length, 'output');
      return [
        `Task ${again.taskId.slice(0, 8)} once more, with nothing kept of the first time: process ${again.pid} answers as ${first.pid} did, ${outputs}, the same bytes.`,
      ];
    }
    case 'ran-warm':
      return ['', comparisonTable(step.sets)];
    case 'leaked': {
      const { warm, leaked } = step;
      return [
        '',
        `The same binary (${leaked.bundleRef.slice(0, 19)}…), in the one process ${leaked.pid}: right for the first ${leaked.rightSets} parameter sets that it met, silently wrong from number ${leaked.rightSets + 1} on.`,
        `Verify of this job fails, as it must (exit code 4): ${warm.answers.length} tasks in one process, ${warm.verified.leaks.length} violations.`,
        `Results, to compare: ${warm.fetched.folder}`,
      ];
    }
    case 'diagnosing':
      return ['\n4. Find out why, without knowing the model (mops-cold diagnose)'];
    case 'diagnosed': {
      const { leak, seconds } = step.diagnosed;
      const lines = leakLines(leak, undefined, { briefly: true });
      const how = leak.unproved === undefined ? 'Found, and proved by putting it back,' : 'Found';
      return [...lines, '', `${how} in ${formatDuration(seconds)}.`];
    }
  }
}

function sayNext(output: Output, folder: string): void {
  output.say(
    [
      'Next:',
      `  ${folder}/report.html   the job as one page, for a browser; that of the reused process is beside its results`,
      `  ${folder}/index.csv   every task with its process; a folder for each task beside it`,
      '  npm run dev   storage and app for tasks of your own, with a command to try',
      '  README.md     "Your own model": a folder with a wire.py, and mops-cold submit, watch, fetch, verify',
    ].join('\n'),
  );
}
