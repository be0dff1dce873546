import type { Command } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import { addCostOptions, type CostOptions } from './cost-options.js';

/** `mops-cold deploy cost` */
export function addCost(deploy: Command, context: CliContext): void {
  addCommand<CostOptions>(
    deploy,
    context,
    'cost',
    'estimate what a deployment and its jobs use and cost, from list prices; asks Azure nothing',
    addCostOptions,
    async (output, options) => (await import('./cost.js')).cost(output, options),
  );
}
