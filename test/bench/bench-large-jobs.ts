import { join } from 'node:path';
import { execa } from 'execa';
import type { BenchRow } from '../../src/benchmark/bench-row.js';
import { quantiles } from '../../src/benchmark/quantiles.js';
import { openStorage } from '../../src/connections/open-storage.js';
import type { OutcomeRecord } from '../../src/contracts/result/outcome-record.js';
import { packageRoot } from '../../src/package/package-root.js';
import { benchStatus } from './bench-status.js';
import { sendByApp } from './send-by-app.js';
import { withTrivialApp } from './with-trivial-app.js';

/** Has a program say at its end how much memory it has had. */
const tellsPeak = `data:text/javascript,process.on('exit',()=>process.stderr.write(\`peak of \${Math.round(process.resourceUsage().maxRSS/1024)} MiB\`))`;

/** Of a job, and of a small one beside it; and what `submit` and the app's sending are tried with. */
export const usualSizes = { small: 500, large: 10_000, submitted: 100_000, sent: 20_000 };

/** Jobs of more tasks than `submit` sends itself: how long it takes for whoever waits for it, how fast the app sends, and whether tasks run as fast as those of a small job. */
export async function benchLargeJobs(
  { python }: { python: string },
  signal: AbortSignal,
  say: (line: string) => void,
  sizes = usualSizes,
): Promise<BenchRow[]> {
  const rows = await withTrivialApp({ python }, signal, async (through, { env, bundleRef }) => {
    await through('first', 0, 4); // what a new app has to fetch and start first
    const small = throughput(await through('small', 0, sizes.small));
    say(`large jobs: ${sizes.small} tasks are through.`);
    const large = throughput(await through('large', 0, sizes.large));
    say(`large jobs: ${sizes.large} tasks are through.`);
    return [small, large, await submitted(env, bundleRef, sizes.submitted)];
  });
  return [...rows, await sendByApp(sizes.sent), ...(await benchStatus(signal, say))];
}

function throughput(records: OutcomeRecord[]): BenchRow {
  const finished = records.map(({ finished_at }) => Date.parse(finished_at)).sort((a, b) => a - b);
  const seconds = ((finished.at(-1) ?? 0) - (finished[0] ?? 0)) / 1000;
  return {
    table: 'large jobs',
    workload: `trivial, a job of ${records.length}`,
    method: 'from the first outcome to the last',
    n: records.length,
    tasks_per_s: Number(((records.length - 1) / seconds).toPrecision(4)),
  };
}

/** As a person waits for it. By the name of another queue, so that nobody runs it. */
async function submitted(env: NodeJS.ProcessEnv, bundleRef: string, n: number): Promise<BenchRow> {
  const main = join(packageRoot, 'dist', 'src', 'cli', 'main.js');
  const storage = await openStorage(env);
  const queueName = `${storage.settings.MODELOPS_QUEUE_NAME}-unread`;
  const job = ['--job-id', 'bench-submitted', '--bundle', bundleRef, '--entrypoint', 'models.bench/baseline'];
  const { durationMs, stderr } = await execa(
    process.execPath,
    [
      '--import',
      tellsPeak,
      main,
      'submit',
      ...job,
      '--grid',
      'busy_ms=0',
      '--seeds',
      `1..${n}`,
      '--no-preflight',
      '--yes',
    ],
    { env: { ...env, MODELOPS_QUEUE_NAME: queueName }, extendEnv: false },
  );
  return {
    table: 'large jobs',
    workload: `a job of ${n}`,
    method: 'mops-cold submit, until the prompt',
    n: 1,
    overhead_ms: quantiles([durationMs]),
    peak_mib: Number(/peak of (\d+) MiB/.exec(stderr)?.[1] ?? Number.NaN),
  };
}
