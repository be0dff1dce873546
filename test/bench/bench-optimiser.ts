import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { BenchRow } from '../../src/benchmark/bench-row.js';
import { quantiles } from '../../src/benchmark/quantiles.js';
import { packageRoot } from '../../src/package/package-root.js';
import { clientFolder, clientPython } from '../fixtures/client/client-python.js';
import { withTrivialApp } from './with-trivial-app.js';

const script = join(packageRoot, 'test', 'bench', 'workloads', 'optimise.py');
const [atOnce, seconds] = [8, 1];

/** One instance that runs eight at once and takes the next as soon as there is room, as the client's page advises. */
const settings = {
  AzureFunctionsJobHost__extensions__queues__batchSize: '1',
  AzureFunctionsJobHost__extensions__queues__newBatchThreshold: String(atOnce - 1),
  AzureFunctionsJobHost__extensions__queues__maxPollingInterval: '00:00:00.1',
};

const wire = `
import json, time
def wire(entrypoint, params, seed):
    time.sleep(params["seconds"])
    return {"loss": json.dumps((params["x"] - 0.3) ** 2)}
`;

export const ownTime = "the simulations' own time";
export const byOptuna = 'Optuna, through the queue';

/** How long Optuna takes for trials that are simulations of the app, each in a fresh process, eight at once. */
export async function benchOptimiser(
  { quick, python }: { quick: boolean; python: string },
  folder: string,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<BenchRow[]> {
  const client = await clientPython();
  if (client.python === undefined) {
    say(`Optuna is left out: ${client.reason}`);
    return [];
  }
  const command = client.python;
  const bundle = join(folder, 'optimised');
  await mkdir(bundle);
  await writeFile(join(bundle, 'wire.py'), wire);
  const trials = quick ? 24 : 200;
  return withTrivialApp({ settings, python }, signal, async (_through, app, stillHosted) => {
    const { stdout } = await execa(
      command,
      [script, bundle, String(trials), String(atOnce), String(seconds)],
      {
        env: {
          ...app.env,
          PYTHONPATH: clientFolder,
          MOPS_COLD_CLI: join(packageRoot, 'dist', 'cli', 'main.js'),
        },
        cancelSignal: stillHosted,
      },
    );
    const row = (method: string, ms: number) => ({
      table: 'optimiser',
      workload: `${trials} simulations of ${seconds} s, ${atOnce} at once`,
      method,
      n: 1,
      overhead_ms: quantiles([ms]),
    });
    return [row(ownTime, Math.ceil(trials / atOnce) * seconds * 1000), row(byOptuna, Number(stdout) * 1000)];
  });
}
