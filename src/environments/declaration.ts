import type { LockedPackage } from '../contracts/bundle/declared-dependencies.js';

/** All that a bundle declares of where it runs, with what the files say that its requirements.txt refers to. */
export interface Declaration {
  /** PEP 440 */
  pythonRanges: string[];
  /** As they are written. */
  requirements: string[];
  /** They require nothing, and narrow what is required. */
  constraints: string[];
  /** Of a requirements.txt, with the requirement that they follow. */
  options: string[];
  lock?: { root: string; packages: LockedPackage[] };
  /** Digest of the bundle, where some of what is installed lies in the bundle itself. */
  ownFiles?: string;
  /** Digest of the bundle, where it is itself a project that is installed. */
  project?: string;
}
