import { type Command, InvalidArgumentError } from 'commander';
import { collect } from '../collect.js';
import { parseFailures } from './parse-failures.js';

/** Adds the options that name the tasks of a submission, and say what is done before any is sent. */
export function addSubmissionOptions(command: Command): Command {
  return command
    .option('--entrypoint <name>', 'what to run, as in models.sir/baseline (without a file)')
    .option('--bundle <path|reference>', 'its code: a folder, or [repository@]sha256:<digest>')
    .option(
      '--grid <name=values>',
      'a parameter and its values, as in beta=0.1,0.2 or the range beta=0.1:0.5:0.1 (first:last:step); once for each',
      collect,
    )
    .option(
      '--lhs <count>',
      'so many parameter sets from a Latin hypercube over the ranges, for each point of the grid',
      wholeNumber,
    )
    .option('--sobol <count>', "likewise from Sobol's sequence; powers of two are balanced best", wholeNumber)
    .option(
      '--range <name=low:high>',
      'a parameter that is sampled, as in beta=0.1:0.5, dose=log:0.01:10, or n=1:100 for whole numbers; once for each',
      collect,
    )
    .option('--sampling-seed <number>', 'draws other samples; recorded with the job (default 0)', seed)
    .option(
      '--params <file>',
      'parameter sets: CSV, Parquet, JSON lines, or a list in JSON or YAML; the same as naming the file',
    )
    .option('--seeds <list>', 'seeds for every parameter set, as in 1,2,3 or 1..10')
    .option(
      '--replicates <count>',
      'seeds for each parameter set, derived from it as in a study (default 1)',
      wholeNumber,
    )
    .option('--outputs <names>', 'outputs to keep, separated by commas; all when left out')
    .option('--env <NAME=VALUE>', 'an environment variable of every task; once for each', collect)
    .option(
      '--stop-after-failures <failures>',
      'cancel the rest when so many tasks have failed, as in 10, or such a share of all of them, as in 20%',
      parseFailures,
    )
    .option(
      '--stop-set-after-failures <failures>',
      'cancel the rest of a parameter set when so many of its tasks have failed, or such a share of them',
      parseFailures,
    )
    .option(
      '--target <name>',
      "compare each parameter set with a target when its last replicate has ended: module:function, or a name of the bundle's registry; once for each (default: those of the file, else all that the bundle registers)",
      collect,
    )
    .option('--no-targets', 'compare nothing')
    .option(
      '--min-replicates <count>',
      'so many replicates of a set that succeed are enough to compare it (default: all)',
      wholeNumber,
    )
    .option('--cold-mode', "demand a fresh process for every task, whatever the app's own executor is")
    .option('--no-cache', 'run every task, also those whose results are stored')
    .option('--job-id <id>', "the job's name; one that exists, with the same tasks, gets a new run")
    .option(
      '--repository <name>',
      'where a folder is stored in a registry (default: as the folder is called)',
    )
    .option(
      '--no-preflight',
      'do not try the bundle out here before anything is sent, nor look up which targets a stored one registers',
    )
    .option('--try', 'run the first task here and show its outputs; nothing is sent when it fails');
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, at least 1.');
  return Number(text);
}

function seed(text: string): bigint {
  if (/^\d{1,20}$/.test(text) && BigInt(text) < 2n ** 64n) return BigInt(text);
  throw new InvalidArgumentError('It must be a whole number from 0 to 18446744073709551615.');
}
