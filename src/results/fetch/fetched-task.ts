import type { OutcomeRecord } from '../../contracts/result/outcome-record.js';

/** What became of one task's files. */
export interface FetchedTask {
  record: OutcomeRecord;
  /** Artifact's name → its file, relative to the job's folder. */
  artifacts: Record<string, string>;
  /** Of a failed task: name of what it still wrote → its file, relative to the job's folder. */
  partial: Record<string, string>;
  /** Artifact's name, also of what a failed task still wrote → where it is stored, as fsspec, adlfs and pandas open it. */
  abfs: Record<string, string>;
  /** Files that were brought now, and files that were there and right. */
  fetched: number;
  present: number;
  /** Sentences; empty when everything is there. */
  problems: string[];
}
