/** How many of each are a second. */
const perSecond = { s: 1n, ms: 1_000n, us: 1_000_000n, ns: 1_000_000_000n };
export type TimeUnit = keyof typeof perSecond;

/** A time since 1970 in ISO 8601 with every digit that its unit has; a year that dates do not reach stays a count. */
export function isoTime(count: bigint, unit: TimeUnit): string {
  const per = perSecond[unit];
  const seconds = count / per - (count % per < 0n ? 1n : 0n);
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return `${count} ${unit} since 1970`;
  const digits = String(per).length - 1;
  const fraction = digits === 0 ? '' : `.${String(count - seconds * per).padStart(digits, '0')}`;
  return `${date.toISOString().slice(0, -5)}${fraction}Z`;
}

/** A day since 1970, as `2026-11-29`. */
export function isoDay(days: number): string {
  const date = new Date(days * 86_400_000);
  return Number.isNaN(date.getTime()) ? `${days} days since 1970` : date.toISOString().replace(/T.*/, '');
}
