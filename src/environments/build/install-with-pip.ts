import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { environmentState } from './environment-state.js';
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
    await run({
      argv: [
        ...[
          ...work.installer.command,
          '--python',
          inside,
          'install',
          '--no-compile',
          '--progress-bar',
          'off',
          '--log',
          work.pipLog,
        ],
        ...[...pipIndexes(work), ...options, '--requirement', join(source, name)],
      ],
    });
  };
  if (declaration.lock) {
    const locked = await lockedForPip(python, bundle, declaration.lock);
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
  await moveScripts(environment, plan.folder);
}

/** What was installed, unless some of it came from an address, which only its requirement tells. */
async function pins(python: string): Promise<string | undefined> {
  const { distributions, direct } = await environmentState(python);
  if (direct) return undefined;
  return lines(Object.entries(distributions).map(([name, version]) => `${name}==${version}`));
}

/** pip writes the path of the interpreter into every script; in the end it is another one. */
export async function moveScripts(from: string, to: string): Promise<void> {
  const folder = join(from, 'bin');
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(folder, entry.name);
    const content = await readFile(path);
    if (!content.includes(from)) continue;
    await writeFile(path, content.toString('latin1').replaceAll(from, to), 'latin1');
  }
}

/** Where the index is set, it holds for what a lock was made from, too: hashes tell that it is the same. */
export function pipIndexes({ options: { indexUrl, extraIndexUrls } }: Work): string[] {
  return [
    ...(indexUrl === undefined ? [] : ['--index-url', indexUrl]),
    ...extraIndexUrls.flatMap((url) => ['--extra-index-url', url]),
  ];
}
