import type { HostingName } from './hostings.js';
import type { Prices } from './prices.js';

const oldDays = 180;
const dayMs = 86_400_000;

type PriceName = keyof Prices['prices'];

/** What a person has to know about the prices that a hosting's estimate rests on. */
export function pricesRemarks(prices: Prices, hosting: HostingName, now: Date): string[] {
  const { date, region } = prices;
  const days = Math.floor((now.getTime() - Date.parse(date)) / dayMs);
  const other = hosting === 'premium' ? 'containerApps' : 'premium';
  const unchecked = (Object.keys(prices.prices) as PriceName[]).filter(
    (name) => !name.startsWith(other) && prices.prices[name].checked === null,
  );
  const remarks = [];
  if (days > oldDays)
    remarks.push(
      `The prices are ${days} days old (${date}). Look them up on the pages that the file names, and give yours with --prices.`,
    );
  if (days < 0)
    remarks.push(`The prices are of ${date}, which is still to come. Correct the date in the file.`);
  if (unchecked.length > 0) remarks.push(`Not checked for ${region}: ${unchecked.join(', ')}.`);
  return remarks;
}
