import { readSettings } from '../../config/read-settings.js';
import { namedBundle } from '../../connections/named-bundle.js';
import { openCache } from '../../connections/open-bundles.js';
import { TargetName } from '../../contracts/task/check-request.js';
import { Entrypoint } from '../../contracts/task/entrypoint.js';
import { asCheck } from '../../preflight/finding.js';
import { preflight } from '../../preflight/preflight.js';
import { UsageError } from '../../reporting/usage-error.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Output } from '../terminal/output.js';
import { showChecks } from '../terminal/show-checks.js';

export interface CheckOptions {
  entrypoint?: string[];
  target?: string[];
  forkserver?: boolean;
}

/** What `mops-cold bundle check` does. */
export async function check(
  output: Output,
  context: CliContext,
  { entrypoint = [], target = [], forkserver = false }: CheckOptions,
  [refOrPath = '']: (string | undefined)[],
): Promise<ExitCode> {
  for (const name of entrypoint) mustBeValid(Entrypoint.safeParse(name), '--entrypoint');
  for (const name of target) mustBeValid(TargetName.safeParse(name), '--target');
  const { settings } = readSettings(context.env);
  const named = await namedBundle(refOrPath, settings, context);
  for (const remark of named.remarks) output.note(remark);
  output.note(`Trying out ${refOrPath} in a fresh process.`);
  const findings = await preflight(
    {
      settings,
      bundles: openCache(settings, await named.source()),
      bundleRef: named.ref,
      isTheApps: true,
      names: { entrypoints: entrypoint, targets: target },
      allRegistered: true,
      forkserver,
    },
    context.signal,
  );
  showChecks(output, findings.map(asCheck));
  for (const { details } of findings) if (details) output.note(`\n${details.trimEnd()}\n`);
  const usable = findings.every(({ state }) => state !== 'missing');
  output.say(usable ? 'Tasks of this bundle can run here.' : 'Tasks of this bundle cannot run here (✗).');
  output.document({ ref: named.ref, remarks: named.remarks, usable, checks: findings });
  return usable ? exitCodes.done : exitCodes.couldNot;
}

function mustBeValid(parsed: ReturnType<typeof Entrypoint.safeParse>, option: string): void {
  if (!parsed.success) throw new UsageError(`Cannot use ${option}: it ${parsed.error.issues[0]?.message}.`);
}
