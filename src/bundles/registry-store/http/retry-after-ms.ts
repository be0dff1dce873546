const mostMs = 60_000;

/**
 * How long a `Retry-After` header asks to wait, at most a minute.
 *
 * @param header seconds or a date
 */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), mostMs);
}
