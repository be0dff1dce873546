import { Command } from 'commander';
import { toolVersion } from '../package/tool-version.js';
import { addBench } from './bench/add-bench.js';
import { addBundle } from './bundle/add-bundle.js';
import { addCancel } from './cancel/add-cancel.js';
import type { CliContext } from './cli-context.js';
import { addCompare } from './compare/add-compare.js';
import { addCompletion } from './completion/add-completion.js';
import { addDelete } from './delete/add-delete.js';
import { addDeploy } from './deploy/add-deploy.js';
import { addDiagnose } from './diagnose/add-diagnose.js';
import { addDoctor } from './doctor/add-doctor.js';
import { addErrors } from './errors/add-errors.js';
import { addFetch } from './fetch/add-fetch.js';
import { addJobs } from './jobs/add-jobs.js';
import { addLogs } from './logs/add-logs.js';
import { addLosses } from './losses/add-losses.js';
import { addRefused } from './refused/add-refused.js';
import { addReport } from './report/add-report.js';
import { addReproduce } from './reproduce/add-reproduce.js';
import { addResults } from './results/add-results.js';
import { addRetry } from './retry/add-retry.js';
import { addRun } from './run/add-run.js';
import { addSchema } from './schema/add-schema.js';
import { addShow } from './show/add-show.js';
import { addStatus } from './status/add-status.js';
import { addSubmit } from './submit/add-submit.js';
import { addVerify } from './verify/add-verify.js';
import { addWatch } from './watch/add-watch.js';

/** `mops-cold` with all its commands. */
export async function createProgram(context: CliContext): Promise<Command> {
  const program = new Command('mops-cold')
    .description(
      'Runs each stochastic simulation in a freshly started process, with proof that nothing was shared.',
    )
    .version(await toolVersion())
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
    })
    .addHelpText(
      'after',
      '\nExit codes: 0 done · 1 could not · 2 usage · 3 some tasks failed · 4 the proof failed · 5 not reproducible · 130 interrupted',
    );
  for (const add of [
    addSubmit,
    addWatch,
    addStatus,
    addJobs,
    addErrors,
    addLogs,
    addLosses,
    addShow,
    addRetry,
    addCancel,
    addDelete,
    addRefused,
    addFetch,
    addResults,
    addReport,
    addVerify,
    addCompare,
    addReproduce,
    addDiagnose,
    addRun,
    addBench,
    addBundle,
    addDeploy,
    addDoctor,
    addSchema,
    addCompletion,
  ])
    add(program, context);
  return program;
}
