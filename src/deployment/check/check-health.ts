import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../package/package-root.js';
import type { Check } from '../../reporting/check.js';
import { describeError } from '../../reporting/describe-error.js';
import { distributionsList } from '../../reporting/distributions-list.js';
import { awaitHealth } from '../await-health.js';
import type { CheckContext } from './check-context.js';
import { type HealthDetails, readHealthDetails } from './read-health-details.js';

/** What the app says of itself: whether it is well, under which executor it really runs tasks, and in which Python. */
export async function checkHealth(
  context: CheckContext,
): Promise<{ checks: Check[]; details?: HealthDetails }> {
  const { az, place, deployed, patience } = context;
  const { signal } = patience;
  const checks: Check[] = [];
  try {
    await awaitHealth(deployed.healthUrl, patience);
    checks.push({ name: 'Health', state: 'ok', found: `${deployed.healthUrl} says healthy` });
  } catch (error) {
    signal.throwIfAborted();
    checks.push({ name: 'Health', state: 'missing', found: describeError(error) });
  }
  try {
    const details = await readHealthDetails(az, place, deployed, signal);
    return { checks: [...checks, ...(await checksOf(details, context))], details };
  } catch (error) {
    signal.throwIfAborted();
    const found = `the app could not be asked for it: ${describeError(error)}`;
    return { checks: [...checks, { name: 'Executor', state: 'limited', found }] };
  }
}

async function checksOf(details: HealthDetails, { deployed, app }: CheckContext): Promise<Check[]> {
  const { problems, executor, python, environments = [], settings_without_effect: without = [] } = details;
  return [
    ...problems.map((found): Check => ({ name: 'Health', state: 'missing', found })),
    ...(executor === undefined ? [] : [executorCheck(executor, deployed.asked.executor, app.settings)]),
    ...(python === undefined ? [] : [await pythonCheck(python)]),
    ...environments.map(environmentCheck),
    ...without.map((found): Check => ({ name: 'Without effect', state: 'limited', found })),
  ];
}

function executorCheck(executor: string, asked: string, settings: Record<string, string>): Check {
  const name = 'Executor';
  if (executor === asked) return { name, state: 'ok', found: `${executor}, says the app` };
  const set = settings.MODELOPS_EXECUTOR_TYPE;
  const because =
    set === asked
      ? `although MODELOPS_EXECUTOR_TYPE is "${set}": it runs with other settings than it has now, or with an old image. Restart it`
      : `since MODELOPS_EXECUTOR_TYPE is ${set === undefined ? 'not set' : `"${set}"`}: \`mops-cold deploy up\` sets it`;
  return { name, state: 'missing', found: `the app runs ${executor}, and ${asked} was asked, ${because}` };
}

async function pythonCheck({ python, version }: { python: string; version: string }): Promise<Check> {
  const name = 'Python';
  const wanted = await pythonOfImage();
  const found = `${version}, ${python}`;
  return version.startsWith(`${wanted}.`)
    ? { name, state: 'ok', found }
    : { name, state: 'limited', found: `${found}; the image of this checkout has ${wanted}` };
}

function environmentCheck({
  id,
  python,
  distributions,
}: NonNullable<HealthDetails['environments']>[number]): Check {
  const found = `${id} with Python ${python} has ${distributionsList(distributions)}`;
  return { name: 'Environment', state: 'ok', found };
}

/** Which Python tasks run in, by infra/Dockerfile: `3.12`. */
async function pythonOfImage(): Promise<string> {
  const text = await readFile(join(packageRoot, 'infra', 'Dockerfile'), 'utf8');
  const [, version] = /^ARG PYTHON_VERSIONS="?(\d+\.\d+)/m.exec(text) ?? [];
  if (version === undefined) throw new Error('Cannot read infra/Dockerfile: it names no PYTHON_VERSIONS.');
  return version;
}
