import { join } from 'node:path';
import { execa } from 'execa';
import type { BenchRow } from '../../src/benchmark/bench-row.js';
import { quantiles } from '../../src/benchmark/quantiles.js';
import { packageRoot } from '../../src/package/package-root.js';

const main = join(packageRoot, 'dist', 'cli', 'main.js');
const commands = {
  '--version': ['--version'],
  '--help': ['--help'],
  'wrong usage': ['fetch', 'job', '--no-such-option'],
};
/** What none of them can be faster than. */
export const nothing = 'node -e 0';

/** How long `mops-cold` takes to say what needs no work, beside Node's own start, in turn. */
export async function benchCommands(quick: boolean, signal: AbortSignal): Promise<BenchRow[]> {
  const each: Record<string, string[]> = { [nothing]: ['-e', '0'] };
  for (const [name, args] of Object.entries(commands)) each[name] = [main, ...args];
  const durations = new Map<string, number[]>(Object.keys(each).map((name) => [name, []]));
  for (let round = 0; round < (quick ? 10 : 40); round++) {
    for (const [name, args] of Object.entries(each)) {
      signal.throwIfAborted();
      const { durationMs } = await execa(process.execPath, args, { reject: false, stdio: 'ignore' });
      durations.get(name)?.push(durationMs);
    }
  }
  return [...durations].map(([method, took]) => ({
    table: 'commands',
    workload: 'mops-cold',
    method,
    n: took.length,
    overhead_ms: quantiles(took),
  }));
}
