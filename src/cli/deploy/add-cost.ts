import type { Command } from 'commander';
import { checkRequest } from '../../deployment/cost/check-request.js';
import { costDocument } from '../../deployment/cost/cost-document.js';
import { estimateCost } from '../../deployment/cost/estimate-cost.js';
import { pricesRemarks } from '../../deployment/cost/prices-remarks.js';
import { readPrices } from '../../deployment/cost/read-prices.js';
import { requestRemarks } from '../../deployment/cost/request-remarks.js';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import { exitCodes } from '../exit-codes.js';
import { addCostOptions, type CostOptions, requestOf } from './cost-options.js';
import { showCost } from './show-cost.js';

/** `mops-cold deploy cost` */
export function addCost(deploy: Command, context: CliContext): void {
  addCommand<CostOptions>(
    deploy,
    context,
    'cost',
    'estimate what a deployment and its jobs use and cost, from list prices; asks Azure nothing',
    addCostOptions,
    async (output, options) => {
      const request = requestOf(options);
      checkRequest(request);
      const prices = await readPrices(options.prices);
      const estimate = estimateCost(request, prices);
      const remarks = [...requestRemarks(request), ...pricesRemarks(prices, request.hosting, new Date())];
      output.say(showCost(request, estimate, prices));
      for (const remark of remarks) output.note(remark);
      output.document(costDocument(request, estimate, prices, remarks));
      return exitCodes.done;
    },
  );
}
