import type { Change } from './change.js';

/** A variable, or what else of a process, as a person knows it, with where it is. */
export function culpritName({
  key,
  kind,
  symbol,
  library,
  section,
  offset,
  size,
  source,
  module,
  name,
}: Change): string {
  const place = [source, library].filter(Boolean).join(' in ');
  if (kind === 'native' || kind === 'heap') {
    const what = symbol ?? `${section ?? 'memory'}+0x${(offset ?? 0).toString(16)}, ${size ?? 0} bytes`;
    return `${kind === 'heap' ? 'memory behind ' : ''}${what}${place ? ` (${place})` : ''}`;
  }
  if (kind === 'python') return key.replace(/^python:/, '') || [module, name].filter(Boolean).join('.');
  return key.replace(/^process:/, '').replaceAll(':', ' ');
}
