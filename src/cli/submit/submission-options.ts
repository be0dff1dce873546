import type { Command } from 'commander';
import { collect } from '../collect.js';
import { parseCount } from '../parse-count.js';
import { parseFailures } from './parse-failures.js';
import { addTaskSetOptions } from './task-set-options.js';

/** Adds the options that name the tasks of a submission, and say what is done before any is sent. */
export function addSubmissionOptions(command: Command): Command {
  return addTaskSetOptions(command)
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
      parseCount,
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
