// A process of the app's own, started by a worker (src/worker/create-table-maker.ts): makes the tables of a job that has ended. What to do comes as one JSON document on stdin.
// It outlives its worker, which may be replaced at any time, but not its host, and ends as soon as its folder is gone.
import { existsSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { AzureBackend } from '../../azure-backend/azure-backend.js';
import { connectBlobService } from '../../azure-backend/connect-blob-service.js';
import { withLease } from '../../jobs/expansion/with-lease.js';
import { tablesLockPath } from '../../jobs/job-paths.js';
import { storeTables, type TablesToStore } from './store-tables.js';

interface Order {
  azureBackend: AzureBackend;
  jobsContainer: string;
  tables: TablesToStore;
  folder: string;
  hostPid: number;
}

/** Until another one may begin where this one died. */
const leaseSeconds = 60;
/** Shorter than until somebody looks whether the tables are made: whoever has not had its turn by then, leaves it to them. */
const [lookMs, patienceMs] = [500, 45_000];

const order: Order = JSON.parse(await text(process.stdin));
const { azureBackend, jobsContainer, tables, folder, hostPid } = order;
yieldToTasks();
await mkdir(folder, { recursive: true });
setInterval(() => {
  if (!existsSync(folder) || !isAlive(hostPid)) process.exit(1);
}, 500).unref();
const blobs = await connectBlobService(azureBackend);
const [results, jobs] = [azureBackend.container, jobsContainer].map((name) => blobs.getContainerClient(name));
try {
  if (results && jobs) {
    const make = async () => {
      await storeTables({ blobs, results, jobs }, tables, folder, new AbortController().signal);
      return 'done';
    };
    const began = performance.now();
    const hasTime = () => performance.now() - began < patienceMs;
    while (!(await withLease(jobs, tablesLockPath, leaseSeconds, make, { renewed: true })) && hasTime())
      await delay(lookMs);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Tasks come first: they get the processor, and the memory when there is too little of it for both. */
function yieldToTasks(): void {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Only Linux has it.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
