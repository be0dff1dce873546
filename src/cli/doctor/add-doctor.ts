import type { Command } from 'commander';
import { Settings } from '../../config/settings.js';
import { checkBundles } from '../../doctor/check-bundles.js';
import { checkFunc } from '../../doctor/check-func.js';
import { checkGuarantees } from '../../doctor/check-guarantees.js';
import { checkMemory } from '../../doctor/check-memory.js';
import { checkNode } from '../../doctor/check-node.js';
import { checkPython } from '../../doctor/check-python.js';
import { checkScratch } from '../../doctor/check-scratch.js';
import { checkSettings } from '../../doctor/check-settings.js';
import { checkStorage } from '../../doctor/check-storage.js';
import type { Check } from '../../reporting/check.js';
import { counted } from '../../reporting/counted.js';
import { reportOf } from '../../reporting/report-of.js';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import { exitCodes } from '../exit-codes.js';
import { showChecks } from '../terminal/show-checks.js';

/** `mops-cold doctor` */
export function addDoctor(program: Command, context: CliContext): void {
  addCommand(
    program,
    context,
    'doctor',
    'what this machine has and lacks for running tasks, and which guarantees do not hold on it',
    (command) => command,
    async (output) => {
      const checks = await examine(context);
      showChecks(output, checks);
      const missing = checks.filter(({ state }) => state === 'missing');
      output.say(
        missing.length === 0
          ? 'Tasks can run here.'
          : `Tasks cannot run here: ${counted(missing.length, 'thing')} missing (✗).`,
      );
      output.document({ can_run: missing.length === 0, checks });
      return missing.length === 0 ? exitCodes.done : exitCodes.couldNot;
    },
  );
}

async function examine(context: CliContext): Promise<Check[]> {
  const { env } = context;
  const settings = usableSettings(env);
  const found = await Promise.all([
    reportOf('Node.js', () => checkNode(process.versions.node)),
    reportOf('Python', () => checkPython(settings.MODELOPS_PYTHON)),
    reportOf('Core Tools', () => checkFunc()),
    reportOf('Settings', () => checkSettings(env)),
    reportOf('Storage', () => checkStorage(env)),
    reportOf('Bundles', () => checkBundles(settings, context)),
    reportOf('Scratch disk', () => checkScratch(settings.MODELOPS_SCRATCH_DIR)),
    reportOf('Memory', () => checkMemory(settings)),
    reportOf('Process trees', () => checkGuarantees(process.platform)),
  ]);
  return found.flat();
}

/** The settings, each wrong one replaced by its default, so that the rest of the machine is examined all the same. */
function usableSettings(env: NodeJS.ProcessEnv): Settings {
  const entries = Object.entries(Settings.shape).map(([name, field]) => {
    const given = env[name] || undefined;
    const parsed = field.safeParse(given);
    return [name, parsed.success ? given : undefined];
  });
  return Settings.parse(Object.fromEntries(entries));
}
