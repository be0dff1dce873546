import { z } from 'zod';

const priceOf = (unit: string) =>
  z.strictObject({
    /** In the currency of the file, without tax. */
    amount: z.number().nonnegative(),
    unit: z.literal(unit),
    /** Where Azure publishes it. */
    page: z.url(),
    /** When and where it was read for this region; null when it was not. */
    checked: z.string().min(1).nullable(),
    note: z.string().optional(),
  });

/** A file of list prices: `prices.json` beside this, or a person's own. */
export const Prices = z.strictObject({
  /** The day of the oldest price in it. */
  date: z.iso.date(),
  region: z.string().min(1),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be three capital letters, as in USD'),
  prices: z.strictObject({
    premiumVcpuHour: priceOf('vCPU-hour'),
    premiumMemoryHour: priceOf('GiB-hour'),
    containerAppsVcpuSecond: priceOf('vCPU-second'),
    containerAppsMemorySecond: priceOf('GiB-second'),
    blobStored: priceOf('GiB-month'),
    blobWrites: priceOf('10000 operations'),
    blobReads: priceOf('10000 operations'),
    queueOperations: priceOf('10000 operations'),
    registry: priceOf('day'),
  }),
  freeEachMonth: z.strictObject({
    containerAppsVcpuSeconds: z.number().nonnegative(),
    containerAppsMemoryGibSeconds: z.number().nonnegative(),
    page: z.url(),
  }),
});
export type Prices = z.infer<typeof Prices>;
