import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContainerClient } from '@azure/storage-blob';
import type { QueueClient } from '@azure/storage-queue';
import type { AzureBackend } from '../azure-backend/azure-backend.js';
import { createOnce } from '../azure-backend/create-once.js';
import type { NoTables } from '../contracts/job/stored-tables.js';
import {
  formatTablesRequest,
  parseTablesRequest,
  type TablesRequest,
} from '../contracts/message/tables-request.js';
import { tablesLockPath, tablesRecordPath } from '../jobs/job-paths.js';
import { packageRoot } from '../package/package-root.js';
import type { Delivery } from '../simulation/delivery.js';

/** Makes the tables of jobs that have ended, in a process of its own, so that no task has to wait for them. */
export interface TableMaker {
  /**
   * Begins with the tables of a job, or sees to it that somebody does later.
   *
   * @returns what came of it, a sentence; undefined when the message is no such request
   */
  make(delivery: Delivery): Promise<string | undefined>;
  /** Writes down that a request was given up. @returns why; undefined when the message is no such request */
  giveUp(delivery: Delivery): Promise<string | undefined>;
  /** Ends what is being made on this instance; another one, or a later worker, begins again. */
  end(): Promise<void>;
}

/** Of one job; until somebody looks whether it is done; until somebody looks whether it is this one's turn. */
const [withinMs, afterSeconds, turnSeconds] = [15 * 60_000, 60, 15];
const mostTimes = 3;

/** @param mostBytes see MODELOPS_JOB_TABLES_BYTES */
export function createTableMaker(
  { jobs, jobsQueue }: { jobs: ContainerClient; jobsQueue: QueueClient },
  azureBackend: AzureBackend,
  scratchFolder: string,
  mostBytes: number,
): TableMaker {
  /** A worker that follows this one ends what it has begun, too. */
  const folder = join(scratchFolder, 'tables');
  const pathOf = ({ job_id: jobId, run }: TablesRequest) => tablesRecordPath({ jobId, run });
  const later = (request: TablesRequest, visibilityTimeout: number) =>
    jobsQueue.sendMessage(formatTablesRequest(request), { visibilityTimeout, messageTimeToLive: -1 });

  async function leave(request: TablesRequest, reason: string): Promise<string> {
    const { job_id, run } = request;
    const record: NoTables = { job_id, run, left_at: new Date().toISOString(), reason };
    await createOnce(jobs, pathOf(request), JSON.stringify(record), 'application/json');
    return reason;
  }

  async function isBusy(): Promise<boolean> {
    const lock = jobs.getBlobClient(tablesLockPath);
    return (await lock.exists()) && (await lock.getProperties()).leaseState === 'leased';
  }

  function begin({ job_id: jobId, run }: TablesRequest): void {
    const order = {
      azureBackend,
      jobsContainer: jobs.containerName,
      tables: { jobId, run, mostBytes, withinMs },
      folder: join(folder, randomUUID()),
      hostPid: process.ppid,
    };
    const main = join(packageRoot, 'dist', 'app', 'tables', 'main.js');
    // Its session is its own, and nothing of it is this worker's: it may go on when this one is replaced.
    const maker = spawn(process.execPath, ['--max-old-space-size=256', main], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    maker.on('error', (error) => console.warn(`Tables of job ${jobId} cannot be made now: ${error.message}`));
    // It may be gone before it has read that: somebody looks later.
    maker.stdin.on('error', () => undefined);
    maker.stdin.end(JSON.stringify(order));
    maker.unref();
  }

  return {
    async make(delivery) {
      const request = parseTablesRequest(delivery.body);
      if (request === undefined) return undefined;
      const name = `${request.job_id}/${request.run}`;
      if (mostBytes === 0) return `${name}: no tables are made (MODELOPS_JOB_TABLES_BYTES is 0).`;
      if (await jobs.getBlobClient(pathOf(request)).exists()) return `${name}: its tables are made.`;
      if (await isBusy()) {
        await later(request, turnSeconds);
        return `${name}: tables are being made.`;
      }
      if (request.begun >= mostTimes)
        return `${name}: ${await leave(request, `They were begun ${mostTimes} times, and whoever made them died or met trouble with storage.`)}`;
      // Before it is begun: whatever happens then, somebody looks.
      await later({ ...request, begun: request.begun + 1 }, afterSeconds);
      begin(request);
      return `${name}: its tables are being made.`;
    },

    async giveUp(delivery) {
      const request = parseTablesRequest(delivery.body);
      if (request === undefined) return undefined;
      return leave(request, 'Every delivery of the request was used up by trouble with storage or the host.');
    },

    async end() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}
