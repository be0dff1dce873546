import { checkRequest } from '../../deployment/cost/check-request.js';
import { costDocument } from '../../deployment/cost/cost-document.js';
import { estimateCost } from '../../deployment/cost/estimate-cost.js';
import { pricesRemarks } from '../../deployment/cost/prices-remarks.js';
import { readPrices } from '../../deployment/cost/read-prices.js';
import { requestRemarks } from '../../deployment/cost/request-remarks.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Output } from '../terminal/output.js';
import { type CostOptions, requestOf } from './cost-options.js';
import { showCost } from './show-cost.js';

/** What `mops-cold deploy cost` does. */
export async function cost(output: Output, options: CostOptions): Promise<ExitCode> {
  const request = requestOf(options);
  checkRequest(request);
  const prices = await readPrices(options.prices);
  const estimate = estimateCost(request, prices);
  const remarks = [...requestRemarks(request), ...pricesRemarks(prices, request.hosting, new Date())];
  output.say(showCost(request, estimate, prices));
  for (const remark of remarks) output.note(remark);
  output.document(costDocument(request, estimate, prices, remarks));
  return exitCodes.done;
}
