import type { CostRequest } from './cost-request.js';
import type { CostEstimate } from './estimate-cost.js';
import type { Money } from './money-for.js';
import { notCounted } from './not-counted.js';
import type { Prices } from './prices.js';
import type { Usage } from './usage.js';

/** The estimate for programs. */
export function costDocument(
  request: CostRequest,
  estimate: CostEstimate,
  { date, region, currency }: Prices,
  remarks: string[],
): object {
  const shown = ({ usage, money }: { usage: Usage; money: Money }) => ({
    usage: snakeCased(usage),
    money: snakeCased(money),
  });
  return {
    estimate: true,
    prices: { date, region, currency },
    request: snakeCased(request),
    working_instances: estimate.workingInstances,
    charged_instances: estimate.chargedInstances,
    wall_clock_seconds: estimate.wallClockSeconds,
    tasks_gib_seconds: estimate.tasksGibSeconds,
    job: shown(estimate.job),
    month: shown(estimate.month),
    not_counted: notCounted,
    remarks,
  };
}

function snakeCased(of: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(of).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
}
