import type { RunRequest } from '../../simulation/ports.js';

/** What a bundle's warm-up has left: where the working copy and the HOME of each of its tasks begin. Nobody writes to it. */
export interface WarmUp {
  bundle: string;
  home: string;
  /** `sha256:<64 hex>` of both. */
  digest: string;
}

/** A run, with all that its process begins with. */
export type WarmedRequest = RunRequest & {
  /** What its bundle's warm-up has left, if it has one. */
  warmUp?: WarmUp;
  /** Between which numpy chooses here, where a baseline holds it. */
  numpyFeatures?: string[];
};
