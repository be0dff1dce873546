import { join } from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../../src/package/package-root.js';
import { type OtlpReceiver, startOtlpReceiver } from '../fixtures/telemetry/start-otlp-receiver.js';
import { eventually, fixture, type RunningApp } from './running-app.js';

/** The parameters, the seeds and the scenario with which tasks compute: nothing else could be taken for them. */
export const beta = '0.1357924';
export const label = 'a-cohort-of-ours';
export const seeds = ['918273645', '918273646', '918273647'];
export const scenario = 'a-scenario-of-ours';
/** All of them, to look for in what is sent. */
export const telling = [beta, label, scenario, ...seeds];

/** Lets a test use a collector of its own, with the settings that send to it. */
export async function withReceiver(
  use: (receiver: OtlpReceiver, settings: NodeJS.ProcessEnv) => Promise<void>,
): Promise<void> {
  const receiver = await startOtlpReceiver();
  try {
    await use(receiver, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
  } finally {
    await receiver.stop();
  }
}

/** `mops-cold submit` of a fixture, once for each seed. @returns its `--json` */
export async function submit(app: RunningApp, bundle: string, count = 1): Promise<{ traceparent: string }> {
  const { stdout } = await execa(
    process.execPath,
    [
      join(packageRoot, 'dist', 'cli', 'main.js'),
      ...['submit', '--bundle', fixture(bundle), '--entrypoint', `models.test/${scenario}`],
      ...['--grid', `beta=${beta}`, '--grid', `label="${label}"`, '--seeds', seeds.slice(0, count).join()],
      ...['--job-id', 'job', '--no-preflight', '--json'],
    ],
    { env: app.env, extendEnv: false },
  );
  return JSON.parse(stdout);
}

/** Waits for the records of so many tasks. */
export const ended = (app: RunningApp, count = 1, jobId = 'job') =>
  eventually(`${count} tasks have ended`, async () => {
    const records = await app.outcomes(jobId);
    return records.length === count && records;
  });

/** How much a counter has counted, by one of its attributes. */
export function counted({ points }: OtlpReceiver, name: string, by: string): Record<string, number> {
  const counts: Record<string, number> = {};
  const latest = new Map<string, [string, number]>();
  // A point holds all that its worker has counted so far.
  for (const { name: called, value = 0, attributes, resource } of points.filter((each) => each.name === name))
    latest.set(JSON.stringify([called, attributes, resource]), [String(attributes[by]), value]);
  for (const [key, value] of latest.values()) counts[key] = (counts[key] ?? 0) + value;
  return counts;
}
