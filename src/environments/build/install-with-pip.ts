import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { environmentState } from './environment-state.js';
import { indexes } from './indexes.js';
import { mayRunCode } from './may-run-code.js';
import { mustLeadTo } from './must-lead-to.js';
import { mustStayInside } from './must-stay-inside.js';
import { pipLog, renewPipFolder } from './pip-log.js';
import { lines, lockedForPip, requirementsOf } from './requirements-of.js';
import { keepResolved, readResolved } from './resolved.js';
import { wheels } from './wheels.js';
import type { Work } from './work.js';

/** Makes an environment and installs what a bundle declares, where there is no uv. Takes several times as long. */
export async function installWithPip(work: Work): Promise<void> {
  const { run, plan, environment, source, declaration, bundle } = work;
  const { python } = plan.python;
  const makeEmpty = () =>
    run({ argv: [python, '-I', '-m', 'venv', '--clear', '--without-pip', environment] });
  await makeEmpty();
  const inside = join(environment, 'bin', 'python');
  const install = async (name: string, text: string, options: string[]) => {
    await writeFile(join(source, name), text);
    const command = [...work.installer.command, '--python', inside, 'install'];
    const quietly = ['--no-compile', '--progress-bar', 'off', '--log', pipLog(work.pipFolder)];
    const from = [...indexes(work), ...options, '--requirement', name];
    await installWithoutSecrets(work, text, (...only) => [...command, ...quietly, ...only, ...from]);
  };
  if (declaration.lock) {
    const locked = await lockedForPip(python, declaration.lock);
    await install('install.txt', locked, ['--no-deps', '--require-hashes']);
  } else {
    const { options, hashed, text } = await requirementsOf(bundle, declaration);
    await writeFile(join(source, 'constraints.txt'), lines(declaration.constraints));
    const fixed = hashed ? undefined : await readResolved(work);
    const installFixed = (text: string) =>
      install('install.txt', lines(options) + text, [...wheels(work), '--no-deps']);
    if (fixed !== undefined) await installFixed(fixed);
    else {
      await install('requirements.in.txt', text, wheels(work));
      const freeze = hashed ? undefined : await pins(inside);
      const kept = freeze && (await keepResolved(work, freeze));
      if (kept !== freeze && kept !== undefined) {
        // Another machine was first.
        await makeEmpty();
        await installFixed(kept);
      }
    }
  }
}

const noWheel = /No matching distribution found|Could not find a version that satisfies/;

/**
 * Installs as wheels, with the secrets; and where something has no wheel, everything without them. Without uv, what is to be built
 * comes from indexes that want no password.
 */
async function installWithoutSecrets(
  work: Work,
  requirements: string,
  argv: (...options: string[]) => string[],
): Promise<void> {
  if (!mayRunCode(work, requirements)) {
    await renewPipFolder(work.pipFolder);
    const failure = await work.attempt({ argv: argv('--only-binary', ':all:') });
    if (failure === undefined) return;
    if (!noWheel.test(failure.said)) throw await failure.error();
  }
  await renewPipFolder(work.pipFolder);
  // In a copy, since the app goes on with what is here.
  const copy = join(work.folder, `built-${randomUUID()}`);
  await execa('cp', ['-R', '--', work.source, copy]);
  const writes = [work.environment, work.pipFolder, copy];
  await work.run({ argv: argv(), cwd: copy, writes, runs: 'code with indexes' });
  await mustStayInside(work.environment, work.plan.python.python);
  await mustLeadTo(work.environment, work.plan.python.python);
}

/** What was installed, unless some of it came from an address, which only its requirement tells. */
async function pins(python: string): Promise<string | undefined> {
  const { distributions, direct } = await environmentState(python);
  if (direct) return undefined;
  return lines(Object.entries(distributions).map(([name, version]) => `${name}==${version}`));
}
