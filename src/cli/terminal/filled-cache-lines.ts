import type { FilledCache } from '../../contracts/result/filled-cache.js';
import { counted } from '../../reporting/counted.js';
import { formatBytes } from '../../reporting/format-bytes.js';

/**
 * That tasks filled caches of libraries, for people, and what to add to the bundle.
 *
 * @param who filled them, as in `20 tasks`
 */
export function filledCacheLines(
  who: string,
  { caches, warmed_up, add }: { caches: FilledCache[]; warmed_up: boolean; add: string },
): string[] {
  const list = caches
    .map(({ name, files, bytes }) => `${name} (${counted(files, 'file')}, ${formatBytes(bytes)})`)
    .join(', ');
  const [what, todo] = warmed_up
    ? [
        "caches that the bundle's warm-up had left without these files",
        'To begin with them, let it be a run that needs them too',
      ]
    : [
        'caches that the next task fills again',
        'To begin each task with them, let the bundle name a run that fills them',
      ];
  return [
    `Note: ${who} filled ${what}: ${list}.`,
    `  ${todo}; in its pyproject.toml:`,
    '    [tool.modelops]',
    `    ${add}`,
  ];
}
