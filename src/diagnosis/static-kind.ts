import type { Change } from './change.js';
import { functionOfStatic } from './function-of-static.js';

/** Which sort of state it is, by which it is mended. */
export type StaticKind =
  | 'function static'
  | 'global'
  | 'thread-local'
  | 'Fortran'
  | 'Cython global'
  | 'unnamed'
  | 'Python global'
  | 'Python class attribute'
  | 'Python default argument'
  | 'Python closure'
  | 'Python cache'
  | 'environment variable'
  | 'random state'
  | 'file'
  | 'working directory'
  | 'process setting';

/** By the names that reuse.py gives. */
export function staticKind(
  change: Pick<Change, 'kind' | 'key' | 'symbol' | 'section' | 'source' | 'after'>,
): StaticKind {
  const { kind, key, symbol, section, source, after } = change;
  if (kind === 'process') {
    if (/^process:env:/.test(key)) return 'environment variable';
    if (/^process:(?:file|descriptor):/.test(key)) return 'file';
    if (key === 'process:cwd') return 'working directory';
    return /random|rand/.test(key) ? 'random state' : 'process setting';
  }
  if (kind === 'python') {
    if (/\(\w+=\)$/.test(key)) return 'Python default argument';
    if (/\[\w+\]$/.test(key)) return 'Python closure';
    if (/lru_cache|CacheInfo|cache_info/.test(`${after ?? ''}`)) return 'Python cache';
    return /^python:(?:\w+\.)*[A-Z]\w*\.\w+$/.test(key) ? 'Python class attribute' : 'Python global';
  }
  if (!symbol) return 'unnamed';
  if (section === '.tbss' || section === '.tdata') return 'thread-local';
  if (/\.f(?:90|95|03|08|or)?(?::\d+)?$/i.test(source ?? '')) return 'Fortran';
  if (/\.pyx(?::\d+)?$/.test(source ?? '') || /^__pyx/.test(symbol)) return 'Cython global';
  return functionOfStatic(symbol) ? 'function static' : 'global';
}
