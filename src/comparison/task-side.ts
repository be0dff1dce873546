import type { TableArtifact } from '../contracts/result/sim-return.js';
import type { Provenance } from './causes/differing-facts.js';

/** One of the two results of a task, wherever its outputs lie. */
export interface TaskSide extends Provenance {
  outputs: Record<string, Pick<TableArtifact, 'size' | 'checksum' | 'content_type'>>;
  /** ISO 8601, UTC. */
  finished_at: string;
  /**
   * Makes an output a file of this machine.
   *
   * @param to where it may be written; unless it lies here anyway
   * @returns its path
   * @throws Error whose message is a clause: why it cannot be had
   */
  bring(output: string, to: string): Promise<string>;
}
