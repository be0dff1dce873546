import type { Command } from 'commander';
import { createAz } from '../../deployment/az/create-az.js';
import { type DeployCheckOptions, examine } from '../../deployment/check/examine.js';
import { placeOf } from '../../deployment/place.js';
import { counted } from '../../reporting/counted.js';
import { addCommand } from '../add-command.js';
import { pushWithProgress } from '../bundle/push-with-progress.js';
import type { CliContext } from '../cli-context.js';
import { exitCodes } from '../exit-codes.js';
import { createReporter } from '../terminal/create-reporter.js';
import { showChecks } from '../terminal/show-checks.js';
import { parseMinutes } from './parse-minutes.js';
import { withPlace } from './with-place.js';

/** `mops-cold deploy check` */
export function addDeployCheck(deploy: Command, context: CliContext): void {
  addCommand<DeployCheckOptions>(
    deploy,
    context,
    'check',
    'compare a running app with what was asked: identity, roles, queues, image, executor, scaler, Python, settings',
    (command) =>
      withPlace(command)
        .option('--bundle <path|reference>', 'a model that the app is to try out, without running it')
        .option('--entrypoint <name>', 'one that its tasks will name; may be repeated', collect)
        .option(
          '--target <module:function>',
          'one that its results will be compared with; may be repeated',
          collect,
        )
        .option('--requirements <file>', 'the requirements.txt that the image was built with')
        .option('--wait-minutes <count>', 'how long to wait for the app to answer', parseMinutes, 5)
        .option('--no-smoke', 'run no simulation'),
    async (output, options) => {
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
        wrong === 0
          ? 'It is as it was asked.'
          : `It is not as it was asked: ${counted(wrong, 'finding')} (✗).`,
      );
      output.document({ name: place.name, as_asked: wrong === 0, checks });
      return wrong === 0 ? exitCodes.done : exitCodes.couldNot;
    },
  );
}

function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}
