import { randomBytes } from 'node:crypto';
import { appendFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { LocalBundle } from '../../simulation/ports.js';
import type { Declaration } from '../declaration.js';
import { buildFailure, withoutPasswords } from './build-failure.js';
import type { BuildOptions } from './build-options.js';
import { type BuildPlan, besides } from './build-plan.js';
import { environmentState } from './environment-state.js';
import type { Installer } from './find-installer.js';
import { installWithPip } from './install-with-pip.js';
import { installWithUv } from './install-with-uv.js';
import { baseOf, writeMark } from './mark.js';
import { type BuildStep, runBuildStep } from './run-build-step.js';

/** A build that failed because of what it was to install, or of what it met on the way. */
export class BuildFailed extends Error {
  override readonly name = 'BuildFailed';

  constructor(
    message: string,
    readonly mayPass: boolean,
    /** All that was said: a file on this machine. */
    readonly log: string,
  ) {
    super(message);
  }
}

/**
 * Builds one environment, in a folder beside the one where it belongs, and puts it there when it is whole.
 *
 * @throws BuildFailed, and EnvironmentFailed for what the bundle declares wrongly.
 */
export async function buildEnvironment(
  plan: BuildPlan,
  bundle: LocalBundle,
  {
    declaration,
    installer,
    options,
  }: { declaration: Declaration; installer: Installer; options: BuildOptions },
): Promise<void> {
  const folder = `${plan.folder}.tmp-${randomBytes(6).toString('hex')}`;
  const { log } = besides(plan);
  const environment = join(folder, 'environment');
  const source = join(folder, 'source');
  const pipLog = join(folder, 'pip.log');
  const declared = bundle.dependencies.map(({ file }) => file);
  const failed = async (what: string) => {
    const pip = await pipSaid(pipLog);
    if (pip !== '') await appendFile(log, `pip in detail:\n${pip}`);
    const { mayPass, said } = buildFailure(pip || (await readFile(log, 'utf8')), what);
    return new BuildFailed(
      `Cannot build the environment of the bundle from its ${declared.join(' and ')} for Python ${plan.python.version}: ${what}. The whole log: ${log}\n${withoutPasswords(said)}`,
      mayPass,
      log,
    );
  };
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(log, '');
    if (declaration.ownFiles === undefined) await mkdir(source);
    else await execa('cp', ['-R', '--', bundle.path, source]);
    const run = async (step: BuildStep) => {
      const why = await runBuildStep(plan.python.python, step, { cwd: source, log });
      if (why !== undefined) throw await failed(`${installer.name} ${why}`);
    };
    const install = installer.kind === 'uv' ? installWithUv : installWithPip;
    await install({ plan, bundle, declaration, options, installer, environment, source, pipLog, run });
    const state = await environmentState(join(environment, 'bin', 'python'));
    const { damaged, distributions } = state;
    // uv and pip have said that all is well: it is the disk, or somebody else wrote here.
    if (damaged[0] !== undefined)
      throw new BuildFailed(
        `Cannot build the environment of the bundle: ${damaged[0]} is not what was installed. The whole log: ${log}`,
        true,
        log,
      );
    await writeMark(environment, {
      id: plan.id,
      declared,
      installer: installer.name,
      python: await baseOf(environment, plan.python, state),
      builtAt: new Date().toISOString(),
      distributions,
    });
    await rename(environment, plan.folder);
  } finally {
    // First: on a full disk it makes room for the rest.
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    await hidePasswords(log);
  }
}

/** With --log, pip tells only there what a build backend said, and why it could not reach an index. */
async function pipSaid(log: string): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '');
  const [told = ''] = text.replace(/^\d{4}-\d\d-\d\dT[\d:,]+ /gm, '').split(/^Exception information:/m);
  return told;
}

async function hidePasswords(log: string): Promise<void> {
  const text = await readFile(log, 'utf8').catch(() => '');
  const hidden = withoutPasswords(text);
  if (hidden !== text) await writeFile(log, hidden);
}
