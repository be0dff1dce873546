import type { FoundPython } from '../find-python.js';

/** One environment that is to be. */
export interface BuildPlan {
  id: string;
  /** Of the environment, absolute; what belongs to it lies beside it. */
  folder: string;
  /** What it is made with. */
  python: FoundPython;
}

/** What lies beside an environment, by the names of its folder. */
export function besides({ folder }: Pick<BuildPlan, 'folder'>): {
  log: string;
  failure: string;
  resolved: string;
} {
  return { log: `${folder}.log`, failure: `${folder}.failed.json`, resolved: `${folder}.resolved.txt` };
}
