import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { EnvironmentFailed } from '../../simulation/environment-failed.js';
import { toolIndexes } from './indexes.js';
import { mayRunCode } from './may-run-code.js';
import { pipLog, renewPipFolder } from './pip-log.js';
import { uvCommand } from './uv-command.js';
import { wheels } from './wheels.js';
import type { Work } from './work.js';

/**
 * Makes an environment for what is needed only while something is built, and installs that. Always a new one: pip starts in it,
 * with the secrets, and `.pth` files of packages that are there already would be code.
 *
 * @param environment nothing is there yet
 */
export async function makeToolEnvironment(
  work: Work,
  environment: string,
  requirements: string[],
): Promise<void> {
  const { python } = work.plan.python;
  const argv =
    work.installer.kind === 'uv'
      ? [...uvCommand(work), 'venv', '--no-project', '--python', python, environment]
      : [python, '-I', '-m', 'venv', '--without-pip', environment];
  await work.run({ argv });
  await installRequirements(work, environment, requirements);
}

/**
 * Installs requirements and what they require, as wheels: nothing of theirs is executed meanwhile.
 *
 * @throws EnvironmentFailed for what is no requirement by name
 */
async function installRequirements(work: Work, environment: string, requirements: string[]): Promise<void> {
  if (requirements.length === 0) return;
  const option = requirements.find((text) => !/^\s*[A-Za-z0-9]/.test(text));
  if (option !== undefined)
    throw new EnvironmentFailed(
      `Cannot build the environment of the bundle: its project requires "${option}" to be built, which is no requirement (PEP 508).`,
    );
  const from = [...toolIndexes(work), ...wheels(work), '--', ...requirements];
  if (work.installer.kind === 'uv') {
    await work.run({ argv: [...uvInstall(work, environment), '--no-build', ...from] });
    return;
  }
  await renewPipFolder(work.pipFolder);
  const isSafe = !mayRunCode(work, requirements.join('\n'));
  await work.run({
    argv: [...pipInstall(work, environment), '--only-binary', ':all:', ...from],
    ...(!isSafe && { runs: 'code with indexes', writes: [environment, work.pipFolder] }),
  });
}

/** Installs wheels that are here, and nothing else. */
export async function installWheels(work: Work, environment: string, files: string[]): Promise<void> {
  const these = ['--no-index', '--no-deps', '--'];
  if (work.installer.kind === 'uv') {
    const argv = [...uvInstall(work, environment), '--offline', '--no-build'];
    return work.run({ argv: [...argv, ...these, ...files], into: environment });
  }
  // pip starts in the environment, where `.pth` files of packages are code.
  const { pipFolder } = work;
  await renewPipFolder(pipFolder);
  for (const file of files) await copyFile(file, join(pipFolder, basename(file)));
  const copies = files.map((file) => join(pipFolder, basename(file)));
  const argv = [...pipInstall(work, environment), ...these, ...copies];
  await work.run({ argv, runs: 'code', offline: true, writes: [environment, pipFolder] });
}

function uvInstall(work: Work, environment: string): string[] {
  const into = ['--python', join(environment, 'bin', 'python')];
  return [...uvCommand(work), 'pip', 'install', '--link-mode', 'copy', ...into];
}

function pipInstall({ installer, pipFolder }: Work, environment: string): string[] {
  const into = ['--python', join(environment, 'bin', 'python')];
  const quietly = ['--no-compile', '--progress-bar', 'off', '--log', pipLog(pipFolder)];
  return [...installer.command, ...into, 'install', ...quietly];
}
