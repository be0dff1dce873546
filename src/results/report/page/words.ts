/** A number as people read it: at most four digits behind the first, thousands apart. */
export function numberWords(value: number): string {
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e9))
    return value.toExponential(3).replace(/\.?0+e/, 'e');
  return value.toLocaleString('en', { maximumSignificantDigits: Math.abs(value) >= 1e5 ? 9 : 5 });
}

export function secondsWords(seconds: number): string {
  if (seconds < 1) return `${numberWords(Number((seconds * 1000).toPrecision(3)))} ms`;
  if (seconds < 120) return `${numberWords(Number(seconds.toPrecision(3)))} s`;
  if (seconds < 7200) return `${numberWords(Number((seconds / 60).toPrecision(3)))} min`;
  return `${numberWords(Number((seconds / 3600).toPrecision(3)))} h`;
}

export function bytesWords(bytes: number): string {
  const at = bytes < 1 ? 0 : Math.min(4, Math.floor(Math.log2(bytes) / 10));
  return `${numberWords(Number((bytes / 1024 ** at).toPrecision(3)))} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][at]}`;
}

export function unitWords(value: number, unit: 's' | 'B'): string {
  return unit === 's' ? secondsWords(value) : bytesWords(value);
}

/** A moment in UTC. */
export function timeWords(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
}

export function countWords(count: number, what: string): string {
  return `${numberWords(count)} ${what}${count === 1 ? '' : 's'}`;
}

export function shareWords(part: number, whole: number): string {
  const share = whole === 0 ? 0 : (100 * part) / whole;
  const isAlmost = part > 0 && part < whole;
  return `${isAlmost && share > 99.9 ? '> 99.9' : isAlmost && share < 0.1 ? '< 0.1' : Number(share.toFixed(1))} %`;
}

/** A name where there is little room. */
export function short(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
