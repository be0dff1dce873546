import { type Command, Option } from 'commander';
import { maxTasks } from '../../contracts/job/max-tasks.js';
import type { CostRequest } from '../../deployment/cost/cost-request.js';
import type { HostingName, SizeName } from '../../deployment/cost/hostings.js';
import { ownPrices } from '../../deployment/cost/own-prices.js';
import { parameters } from '../../deployment/cost/parameters.js';
import { within } from './within.js';

/** As commander reads them. */
export interface CostOptions {
  hosting: HostingName;
  instanceSize: SizeName;
  /** Its default depends on the hosting. */
  minimumInstances?: number;
  maximumInstances: number;
  tasksAtOnce: number;
  tasks: number;
  seconds: number;
  memoryGib: number;
  artifactMib: number;
  artifacts: number;
  jobsPerMonth: number;
  retentionDays: number;
  prices: string;
}

/** The deployment, with the names, bounds and defaults of infra/main.bicep, and the job. */
export function addCostOptions(command: Command): Command {
  const { hosting, instanceSize, minimumInstances, maximumInstances } = parameters;
  const { tasksAtOnce, taskTimeoutSeconds, resultsRetentionDays } = parameters;
  return command
    .addOption(choice('--hosting <name>', 'where the app runs', hosting))
    .addOption(choice('--instance-size <size>', 'size of an instance', instanceSize))
    .option(
      '--minimum-instances <n>',
      'instances that are always there (default: premium 1, containerapps 0)',
      within(minimumInstances),
    )
    .option(
      '--maximum-instances <n>',
      'most instances at once',
      within(maximumInstances),
      maximumInstances.default,
    )
    .option('--tasks-at-once <n>', 'tasks at once on one instance', within(tasksAtOnce), tasksAtOnce.default)
    .option('--tasks <n>', 'tasks of a job', within({ minimum: 1, maximum: maxTasks }), 1000)
    .option(
      '--seconds <s>',
      'seconds a task takes, from its message to its result',
      within({ minimum: 0.01, maximum: taskTimeoutSeconds.maximum }, 'any'),
      60,
    )
    .option('--memory-gib <gib>', 'memory a task takes', within({ minimum: 0.01, maximum: 14 }, 'any'), 0.5)
    .option(
      '--artifact-mib <mib>',
      'what a task stores, all artifacts together',
      within({ minimum: 0, maximum: 1024 ** 2 }, 'any'),
      1,
    )
    .option('--artifacts <n>', 'artifacts of a task', within({ minimum: 0, maximum: 10_000 }), 1)
    .option('--jobs-per-month <n>', 'such jobs each month', within({ minimum: 0, maximum: 1_000_000 }), 10)
    .option(
      '--retention-days <days>',
      'days after which results are deleted; 0: never',
      within(resultsRetentionDays),
      resultsRetentionDays.default,
    )
    .addOption(
      new Option(
        '--prices <file>',
        'prices of your region and contract, in the form of src/deployment/cost/prices.json',
      ).default(ownPrices, 'that file'),
    );
}

export function requestOf(options: CostOptions): CostRequest {
  const { hosting, instanceSize, maximumInstances, tasksAtOnce, tasks, jobsPerMonth, retentionDays } =
    options;
  return {
    hosting,
    instanceSize,
    minimumInstances: options.minimumInstances ?? parameters.minimumInstances.default[hosting],
    maximumInstances,
    tasksAtOnce,
    tasks,
    secondsPerTask: options.seconds,
    memoryGibPerTask: options.memoryGib,
    artifactMibPerTask: options.artifactMib,
    artifactsPerTask: options.artifacts,
    jobsPerMonth,
    retentionDays,
  };
}

function choice(
  flags: string,
  description: string,
  of: { default: string; allowed: readonly string[] },
): Option {
  return new Option(flags, description).choices(of.allowed).default(of.default);
}
