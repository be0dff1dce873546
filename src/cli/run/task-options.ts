import type { Command } from 'commander';
import { addLimitOptions } from '../add-limit-options.js';
import { collect } from '../collect.js';

/** How one task is named on the command line. */
export interface TaskOptions {
  bundle: string;
  entrypoint: string;
  param?: string[];
  paramsJson?: string;
  seed?: string;
  outputs?: string;
  env?: string[];
  timeout?: number;
  memory?: number;
}

/** Adds the options that name one task to run here, but for its bundle, entrypoint and environment. */
export function addTaskOptions(command: Command): Command {
  return addLimitOptions(command)
    .option('--param <name=value>', 'a parameter; once for each', collect)
    .option('--params-json <text|file>', 'all parameters as a JSON object, or a file that holds one')
    .option(
      '--seed <number>',
      "0 to 18446744073709551615; when left out, the one of the parameters' first replicate",
    );
}
