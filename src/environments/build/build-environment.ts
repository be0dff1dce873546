import { randomBytes } from 'node:crypto';
import { appendFile, lstat, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { LocalBundle } from '../../simulation/ports.js';
import type { Declaration } from '../declaration.js';
import { filesOfPython } from '../files-of-python.js';
import { BuildFailed } from './build-failed.js';
import { adviceOffline, buildFailure, withoutPasswords } from './build-failure.js';
import { buildLimits } from './build-limits.js';
import type { BuildOptions } from './build-options.js';
import { type BuildPlan, besides } from './build-plan.js';
import { buildSecrets, withoutSecrets } from './build-secrets.js';
import { codeFailed } from './code-failed.js';
import { type EnvironmentState, environmentState, type WholePython } from './environment-state.js';
import type { Installer } from './find-installer.js';
import { installProject } from './install-project.js';
import { installWithPip } from './install-with-pip.js';
import { installWithUv } from './install-with-uv.js';
import { moveScripts } from './move-scripts.js';
import { mustLeadTo } from './must-lead-to.js';
import { pipLog } from './pip-log.js';
import { putInPlace } from './put-in-place.js';
import { type BuildStep, runBuildStep } from './run-build-step.js';

/**
 * Builds one environment, in a folder beside the one where it belongs, and puts it there when it is whole.
 *
 * @returns its Python, now that it is there
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
): Promise<WholePython> {
  const folder = `${plan.folder}.tmp-${randomBytes(6).toString('hex')}`;
  const { log } = besides(plan);
  const environment = join(folder, 'environment');
  const source = join(folder, 'source');
  const pipFolder = join(folder, 'pip');
  const files = bundle.dependencies.map(({ file }) => file);
  const declared = files.length > 0 ? files : ['pyproject.toml'];
  const secrets = await buildSecrets();
  const failed = async (what: string, step: BuildStep) => {
    if (step.runs === 'code') return codeFailed(what, step, { plan, log });
    const pip = withoutPasswords(withoutSecrets(await pipSaid(pipFolder), secrets));
    if (pip !== '') await appendFile(log, `pip in detail:\n${pip}`);
    const { mayPass, said } = buildFailure(pip || (await readFile(log, 'utf8')), what);
    return new BuildFailed(
      `Cannot build the environment of the bundle from its ${declared.join(' and ')} for Python ${plan.python.version}: ${installer.name} ${what}. The whole log: ${log}\n${said}${mayPass ? adviceOffline(said) : ''}`,
      mayPass,
      log,
    );
  };
  /** As the last step left it, if that installed into it. */
  let left: EnvironmentState | undefined;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(log, '');
    if (declaration.ownFiles === undefined) await mkdir(source);
    else await execa('cp', ['-R', '--', bundle.path, source]);
    const attempt = async (step: BuildStep) => {
      const limits = buildLimits(options.limits);
      const reads = filesOfPython(plan.python);
      const place = { cwd: source, folder, log, reads, secrets, limits, sandbox: options.sandbox };
      const { failed: why, state } = await runBuildStep(plan.python.python, step, place);
      left = state;
      if (why === undefined) return undefined;
      const text = await readFile(log, 'utf8');
      return { said: text.slice(text.lastIndexOf('\n$ ') + 1), error: () => failed(why, step) };
    };
    const run = async (step: BuildStep) => {
      const failure = await attempt(step);
      if (failure) throw await failure.error();
    };
    const install = installer.kind === 'uv' ? installWithUv : installWithPip;
    const request = { plan, bundle, declaration, options, installer };
    const work = { ...request, folder, environment, source, pipFolder, run, attempt };
    await install(work);
    const project = await installProject(work);
    await mustLeadTo(environment, plan.python.python);
    await moveScripts(environment, plan.folder);
    const state = left ?? (await environmentState(join(environment, 'bin', 'python'), { settle: true }));
    const [damaged] = state.damaged;
    // uv and pip have said that all is well: it is the disk, or somebody else wrote here.
    if (damaged !== undefined)
      throw new BuildFailed(
        `Cannot build the environment of the bundle: ${damaged} is not what was installed. The whole log: ${log}`,
        true,
        log,
      );
    return await putInPlace(plan, environment, state, {
      declared,
      installer: installer.name,
      builtAt: new Date().toISOString(),
      ...(project !== undefined && { project }),
    });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** With --log, pip tells only there what a build backend said, and why it could not reach an index. */
async function pipSaid(pipFolder: string): Promise<string> {
  const log = pipLog(pipFolder);
  if (!(await lstat(log).catch(() => undefined))?.isFile()) return '';
  const text = await readFile(log, 'utf8');
  const [told = ''] = text.replace(/^\d{4}-\d\d-\d\dT[\d:,]+ /gm, '').split(/^Exception information:/m);
  return told;
}
