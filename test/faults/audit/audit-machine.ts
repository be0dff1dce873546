import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CampaignPlan } from '../campaign/plan-campaign.js';
import type { CampaignProcess } from '../instance/processes-of.js';
import type { Instance } from '../instance/start-instance.js';

/** A supervisor that has lost its worker ends what it runs, and itself. */
const goneWithinMs = 15_000;
/** Of the scratch folder: what each worker finds and uses again. */
const kept = new Set([
  'w',
  't',
  'progress',
  'warm-ups',
  'python3',
  'python.json',
  'queues-made',
  'telemetry-trouble',
]);

/**
 * What an instance that has ended has left on its machine: processes, locks, and folders that nobody documents. Node that could not start its threads waits for them for ever: its
 * host ends it after two minutes, and where that was killed, too, nobody does but the end of the machine.
 */
export async function auditMachine(instance: Instance, { faults }: CampaignPlan): Promise<string[]> {
  const deadline = performance.now() + goneWithinMs;
  const isExplained = ({ role, parent }: CampaignProcess) =>
    role === 'worker' && parent === 1 && faults.some(({ name }) => name === 'no-processes');
  const look = async () => (await instance.processes()).filter((one) => !isExplained(one));
  let alive = await look();
  while (alive.length > 0 && performance.now() < deadline) {
    await sleep(100);
    alive = await look();
  }
  const list = (path: string) => readdir(join(instance.folder, path), { recursive: true }).catch(() => []);
  const [scratch, workers, temporary, cache, venvs] = await Promise.all([
    readdir(instance.scratch),
    readdir(join(instance.scratch, 'w'), { withFileTypes: true, recursive: true }).catch(() => []),
    list('tmp'),
    list('cache'),
    list('venvs'),
  ]);
  const isLeft = ({ parentPath, name }: { parentPath: string; name: string }) =>
    parentPath !== join(instance.scratch, 'w') ||
    workers.some((entry) => entry.parentPath === join(parentPath, name));
  const locks = [...cache, ...venvs].filter((path) => path.endsWith('.lock'));
  const finding = (what: string, those: (string | number)[]) =>
    those.length === 0
      ? []
      : [`${instance.name} has left ${those.length} ${what} behind: ${those.slice(0, 12).join(', ')}.`];
  return [
    ...finding(
      'processes',
      alive.map(({ pid, role, command }) => `${pid} (${role}: ${command.slice(-80)})`),
    ),
    ...finding(
      'files of workers and attempts',
      workers
        .filter(isLeft)
        .map(({ parentPath, name }) => relative(instance.scratch, join(parentPath, name))),
    ),
    ...finding(
      'unknown names in scratch',
      scratch.filter((name) => !kept.has(name)),
    ),
    ...finding('temporary files', temporary),
    ...finding('locks', locks),
  ];
}
