import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { BenchRow } from '../../src/benchmark/bench-row.js';
import { quantiles } from '../../src/benchmark/quantiles.js';
import { removeFolder } from '../../src/runner/place/remove-folder.js';
import { copyBundle } from '../../src/runner/place/working-copy.js';
import { defaultUsers } from '../../src/runner/process/sandbox.js';

/** Until it is ready: what is removed after the task, nobody waits for. */
export const forUserOfItsOwn = 'working copy for a user of its own, made';

const MB = 1_000_000;
const full = [
  { workload: '5,000 files, 4 MB', files: 5_000, bytes: 4 * MB },
  { workload: '1 file, 500 MB', files: 1, bytes: 500 * MB },
];
const quickly = [
  { workload: '5,000 files, 4 MB', files: 5_000, bytes: 4 * MB },
  { workload: '1 file, 100 MB', files: 1, bytes: 100 * MB },
];

/** What the private copy of a large bundle costs each task, made and removed, beside `cp -r` and `rm -r` in turn; and for a user of its own, made. */
export async function benchCopies(quick: boolean, parent: string, signal: AbortSignal): Promise<BenchRow[]> {
  const folder = join(parent, 'copies');
  await mkdir(folder);
  // As a worker has it: see worker-folder.ts.
  await execa('chattr', ['+T', folder], { reject: false, stdio: 'ignore' });
  const rows: BenchRow[] = [];
  for (const { workload, files, bytes } of quick ? quickly : full) {
    const source = join(parent, `copied-${files}`);
    for (let file = 0; file < files; file++) {
      const path = join(source, String(file % 50), String(file));
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, randomBytes(Math.floor(bytes / files)), { mode: 0o444 });
      await utimes(path, 1, 1); // as in the cache, to the millisecond
    }
    const ours: number[] = [];
    const ready: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < (quick ? 5 : 15); round++) {
      signal.throwIfAborted();
      const copies = [
        join(folder, randomUUID()),
        join(folder, randomUUID()),
        join(folder, randomUUID()),
      ] as const;
      await mkdir(copies[0]);
      ours.push(
        await took(async () => {
          await copyBundle(source, copies[0]);
          await removeFolder(copies[0]);
        }),
      );
      theirs.push(
        await took(async () => {
          await execa('cp', ['-r', source, copies[1]]);
          await execa('rm', ['-r', copies[1]]);
        }),
      );
      if (process.getuid?.() !== 0) continue; // nobody else may give files away
      await mkdir(copies[2]);
      ready.push(await took(() => copyBundle(source, copies[2], defaultUsers.first)));
      await removeFolder(copies[2]);
    }
    const row = (method: string, durations: number[]): BenchRow => ({
      table: 'copies',
      workload,
      method,
      n: durations.length,
      handover_ms: quantiles(durations),
    });
    rows.push(row('working copy', ours), row('cp -r', theirs));
    if (ready.length > 0) rows.push(row(forUserOfItsOwn, ready));
    await rm(source, { recursive: true });
  }
  return rows;
}

async function took(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
