import { type Preflight, preflight } from '../../preflight/preflight.js';
import type { CliContext } from '../cli-context.js';
import type { Output } from '../terminal/output.js';

/**
 * Checks a bundle before its tasks are queued. What this machine cannot tell is said.
 *
 * @throws Error that names everything that would keep the tasks from running
 */
export async function preflightHere(
  request: Preflight,
  {
    output,
    context,
    inAppNext,
    tryNext,
    verb,
  }: { output: Output; context: CliContext; inAppNext: boolean; tryNext: boolean; verb: 'submit' | 'run' },
): Promise<void> {
  output.note('Trying the bundle out before its tasks are sent (--no-preflight leaves that out).');
  const findings = await preflight(request, context.signal);
  context.signal.throwIfAborted();
  const missing = findings.filter(({ state }) => state === 'missing');
  if (missing.length > 0) {
    const lines = missing.map(({ name, found }) => `  ${name}: ${found}`);
    throw new Error(
      `Cannot ${verb}: no task of this bundle could run. Nothing was sent.\n${lines.join('\n')}\nPut it right; --no-preflight sends it all the same.`,
    );
  }
  const unknown = findings.filter(({ state }) => state === 'unknown');
  for (const { name, found } of unknown) output.note(`Not certain: ${name}: ${found}`);
  if (unknown.length > 0 && !tryNext) output.note('--try runs the first task here before anything is sent.');
  const unchecked = findings.filter(({ state }) => state === 'unchecked');
  if (unchecked.length === 0 || inAppNext) return;
  for (const { name, found } of unchecked)
    output.note(`Not checked, because this is not the app's machine: ${name}: ${found}`);
  output.note('--preflight-in-app lets the app itself check the bundle before the tasks are sent.');
}
