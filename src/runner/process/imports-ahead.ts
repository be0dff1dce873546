import type { RunRequest } from '../../simulation/ports.js';

/**
 * What tasks like this one will import besides their wire function, as dotted paths: the models that the bundle's registry names,
 * or else what the task's entrypoint names. A wire function as that of Calabaria imports its model only when it is called.
 */
export function importsAhead({ bundle, task }: Pick<RunRequest, 'bundle' | 'task'>): string[] {
  const named = bundle.models.length > 0 ? bundle.models : [task.entrypoint];
  return [...new Set(named.map((name) => name.split(/[:/]/)[0] ?? ''))].filter((path) =>
    /^[\w.]+$/.test(path),
  );
}
