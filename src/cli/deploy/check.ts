import { createAz } from '../../deployment/az/create-az.js';
import { type DeployCheckOptions, examine } from '../../deployment/check/examine.js';
import { placeOf } from '../../deployment/place.js';
import { counted } from '../../reporting/counted.js';
import { pushWithProgress } from '../bundle/push-with-progress.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { createReporter } from '../terminal/create-reporter.js';
import type { Output } from '../terminal/output.js';
import { showChecks } from '../terminal/show-checks.js';

/** What `mops-cold deploy check` does. */
export async function check(
  output: Output,
  context: CliContext,
  options: DeployCheckOptions,
): Promise<ExitCode> {
  const az = createAz(context.env, context.signal);
  const place = placeOf(options);
  const checks = await examine(az, place, options, {
    caller: context,
    reporter: createReporter(output),
    storeBundle: (bundle) => pushWithProgress(bundle, output),
  });
  showChecks(output, checks);
  const wrong = checks.filter(({ state }) => state === 'missing').length;
  output.say(
    wrong === 0 ? 'It is as it was asked.' : `It is not as it was asked: ${counted(wrong, 'finding')} (✗).`,
  );
  output.document({ name: place.name, as_asked: wrong === 0, checks });
  return wrong === 0 ? exitCodes.done : exitCodes.couldNot;
}
