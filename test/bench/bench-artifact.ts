import { existsSync } from 'node:fs';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';
import type { BenchRow } from '../../src/benchmark/bench-row.js';
import { quantiles } from '../../src/benchmark/quantiles.js';
import { startAzurite } from '../../src/local-host/start-azurite.js';

const MiB = 1024 * 1024;
const Answer = z.object({ ms: z.number(), bytes: z.number() });

/** What a large artifact takes of the worker's memory on its way to Blob storage. No row where there is no /proc. */
export async function benchArtifact(
  quick: boolean,
  folder: string,
  cancelSignal: AbortSignal,
): Promise<BenchRow[]> {
  if (!existsSync('/proc/self/status')) return [];
  const [size, workload] = quick ? [64 * MiB, '64 MiB artifact'] : [1024 * MiB, '1 GiB artifact'];
  const [large, small] = [join(folder, 'large'), join(folder, 'small')];
  await writeFile(large, '');
  await truncate(large, size);
  await writeFile(small, Buffer.alloc(5 * MiB));
  const azurite = await startAzurite();
  try {
    const script = fileURLToPath(new URL('upload-artifact.js', import.meta.url));
    const { stdout } = await execa(process.execPath, [script, azurite.connectionString, large, small], {
      stdin: 'ignore',
      cancelSignal,
    });
    const { ms, bytes } = Answer.parse(JSON.parse(stdout));
    return [
      {
        table: 'queue',
        workload,
        method: 'upload, memory of the worker above its idle',
        n: 1,
        overhead_ms: quantiles([ms]),
        peak_mib: Number((bytes / MiB).toPrecision(4)),
      },
    ];
  } finally {
    await azurite.stop();
  }
}
