import { type Command, InvalidArgumentError } from 'commander';
import { collect } from '../collect.js';
import { parseCount } from '../parse-count.js';

/** Adds the options that name tasks: of which bundle, with which parameters and seeds. */
export function addTaskSetOptions(command: Command): Command {
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
      parseCount,
    )
    .option('--sobol <count>', "likewise from Sobol's sequence; powers of two are balanced best", parseCount)
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
      parseCount,
    )
    .option('--outputs <names>', 'outputs to keep, separated by commas; all when left out')
    .option('--env <NAME=VALUE>', 'an environment variable of every task; once for each', collect);
}

function seed(text: string): bigint {
  if (/^\d{1,20}$/.test(text) && BigInt(text) < 2n ** 64n) return BigInt(text);
  throw new InvalidArgumentError('It must be a whole number from 0 to 18446744073709551615.');
}
