import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { addCost } from './add-cost.js';
import { addDeployCheck } from './add-deploy-check.js';
import { addDeployStatus } from './add-deploy-status.js';
import { addDown } from './add-down.js';
import { addUp } from './add-up.js';

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
