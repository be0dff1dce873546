import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'smol-toml';
import { EnvironmentFailed } from '../../simulation/environment-failed.js';
import { lines, requirementsOf } from './requirements-of.js';
import { keepResolved, readResolved } from './resolved.js';
import { wheels } from './wheels.js';
import type { Work } from './work.js';

/**
 * Makes an environment and installs what a bundle declares. Files are copied into it: through links a task could write into
 * uv's cache, and so into every later environment.
 */
export async function installWithUv(work: Work): Promise<void> {
  const { run, plan, environment } = work;
  const uv = uvCommand(work);
  const python = ['--python', plan.python.python];
  await run({ argv: [...uv, 'venv', '--relocatable', '--no-project', ...python, environment] });
  if (work.declaration.lock) await fromLock(work, uv, python);
  else await fromRequirements(work, uv);
}

/** uv, with the configuration that holds for it. */
export function uvCommand({ installer }: Pick<Work, 'installer'>): string[] {
  return [...installer.command, ...configuration()];
}

/** The machine's own configuration holds. None that lies above the bundle: anybody may have put it into a temporary folder. */
function configuration(): string[] {
  const own = [
    join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'uv', 'uv.toml'),
    '/etc/uv/uv.toml',
  ];
  const file = own.find((path) => existsSync(path));
  return file === undefined ? ['--no-config'] : ['--config-file', file];
}

const copies = ['--link-mode', 'copy'];

async function fromLock(work: Work, uv: string[], python: string[]): Promise<void> {
  const { run, bundle, source, environment } = work;
  await writeFile(join(source, 'pyproject.toml'), await projectAlone(bundle.path));
  await writeFile(join(source, 'uv.lock'), await readFile(join(bundle.path, 'uv.lock')));
  const { extras = [], groups = [] } = bundle.metadata;
  const only = [
    ...['--frozen', '--no-install-project', '--no-default-groups', '--no-editable'],
    ...extras.flatMap((extra) => ['--extra', extra]),
    ...groups.flatMap((group) => ['--group', group]),
  ];
  await run({
    argv: [...uv, 'sync', ...only, ...copies, ...uvIndexes(work), ...python, '--project', source],
    variables: { UV_PROJECT_ENVIRONMENT: environment },
  });
}

/** As a workspace of its own: otherwise uv looks through the folders above for one that it belongs to. */
async function projectAlone(bundlePath: string): Promise<string> {
  const text = await readFile(join(bundlePath, 'pyproject.toml'), 'utf8').catch(() => undefined);
  if (text === undefined) {
    throw new EnvironmentFailed(
      'Cannot build the environment of the bundle: it has a uv.lock and no pyproject.toml, without which uv does not take the lock. Push both.',
    );
  }
  const project = parse(text) as { tool?: { uv?: { workspace?: object } } };
  const { tool = {} } = project;
  return stringify({ ...project, tool: { ...tool, uv: { workspace: {}, ...tool.uv } } });
}

async function fromRequirements(work: Work, uv: string[]): Promise<void> {
  const { run, bundle, declaration, source, environment } = work;
  const { options, hashed, text } = await requirementsOf(bundle, declaration);
  await writeFile(join(source, 'constraints.txt'), lines(declaration.constraints));
  await writeFile(join(source, 'requirements.in'), text);
  const from = [...uvIndexes(work), ...wheels(work), '--python', join(environment, 'bin', 'python')];
  const pip = [...uv, 'pip', '--directory', source];
  if (hashed) {
    // Fixed already; resolving it would take other hashes for right.
    const install = ['install', '--require-hashes', ...copies, ...from, '--requirement', 'requirements.in'];
    await run({ argv: [...pip, ...install] });
    return;
  }
  let fixed = await readResolved(work);
  if (fixed === undefined) {
    const plainly = ['--no-header', '--no-annotate', '--generate-hashes', '--output-file', 'resolved.txt'];
    await run({ argv: [...pip, 'compile', ...plainly, ...from, 'requirements.in'] });
    fixed = await keepResolved(work, await readFile(join(source, 'resolved.txt'), 'utf8'));
  }
  await writeFile(join(source, 'install.txt'), lines(options) + fixed);
  await run({ argv: [...pip, 'sync', '--allow-empty-requirements', ...copies, ...from, 'install.txt'] });
}

export function uvIndexes({ options: { indexUrl, extraIndexUrls } }: Work): string[] {
  return [
    ...(indexUrl === undefined ? [] : ['--default-index', indexUrl]),
    ...extraIndexUrls.flatMap((url) => ['--index', url]),
  ];
}
