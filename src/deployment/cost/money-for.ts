import type { HostingName } from './hostings.js';
import type { Prices } from './prices.js';
import type { Usage } from './usage.js';

/** In the currency of the prices. */
export interface Money {
  compute: number;
  /** What is not charged of it, as a number below 0. */
  freeGrant: number;
  storage: number;
  transactions: number;
  registry: number;
  total: number;
}

/** What a usage costs; with `days`, as a month: with the registry, and with what is free each month. */
export function moneyFor(
  hosting: HostingName,
  usage: Usage,
  { prices, freeEachMonth }: Prices,
  days = 0,
): Money {
  const isPremium = hosting === 'premium';
  const vcpuSecond = isPremium ? prices.premiumVcpuHour.amount / 3600 : prices.containerAppsVcpuSecond.amount;
  const memorySecond = isPremium
    ? prices.premiumMemoryHour.amount / 3600
    : prices.containerAppsMemorySecond.amount;
  const free =
    isPremium || days === 0
      ? { vcpuSeconds: 0, memoryGibSeconds: 0 }
      : {
          vcpuSeconds: Math.min(usage.vcpuSeconds, freeEachMonth.containerAppsVcpuSeconds),
          memoryGibSeconds: Math.min(usage.memoryGibSeconds, freeEachMonth.containerAppsMemoryGibSeconds),
        };
  const parts = {
    compute: usage.vcpuSeconds * vcpuSecond + usage.memoryGibSeconds * memorySecond,
    freeGrant: 0 - (free.vcpuSeconds * vcpuSecond + free.memoryGibSeconds * memorySecond),
    storage: usage.storedGibMonths * prices.blobStored.amount,
    transactions:
      (usage.blobWrites * prices.blobWrites.amount +
        usage.blobReads * prices.blobReads.amount +
        usage.queueOperations * prices.queueOperations.amount) /
      10_000,
    registry: days * prices.registry.amount,
  };
  return { ...parts, total: Object.values(parts).reduce((sum, part) => sum + part, 0) };
}
