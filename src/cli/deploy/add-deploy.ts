import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { addDeployCheck } from './check/add-deploy-check.js';
import { addCost } from './cost/add-cost.js';
import { addDown } from './down/add-down.js';
import { addDeployStatus } from './status/add-deploy-status.js';
import { addUp } from './up/add-up.js';

/** The commands below `deploy`: one line each. */
const commands: ((deploy: Command, context: CliContext) => void)[] = [
  addUp,
  addDeployStatus,
  addDown,
  addDeployCheck,
  addCost,
];

/** `mops-cold deploy …` */
export function addDeploy(program: Command, context: CliContext): void {
  const deploy = program
    .command('deploy')
    .description('bring the app to a subscription of your own, and look after it there');
  for (const add of commands) add(deploy, context);
}
