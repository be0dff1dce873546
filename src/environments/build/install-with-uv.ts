import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { parse, stringify } from 'smol-toml';
import { EnvironmentFailed } from '../../simulation/environment-failed.js';
import { BuildFailed } from './build-failed.js';
import { besides } from './build-plan.js';
import { buildSources } from './build-sources.js';
import { indexes, sdistIndexes } from './indexes.js';
import { type LackingWheel, lackingWheel } from './lacking-wheel.js';
import { lacksMetadata } from './lacks-metadata.js';
import { lockedSource } from './locked-source.js';
import { mustBePlain } from './must-be-plain.js';
import { isOf, isPath, requiredSource, requirementBlocks } from './required-source.js';
import { lines, requirementsOf } from './requirements-of.js';
import { keepResolved, readResolved } from './resolved.js';
import type { BuildStep } from './run-build-step.js';
import type { Source } from './source.js';
import { uvCommand } from './uv-command.js';
import { wheels } from './wheels.js';
import type { Work } from './work.js';

/**
 * Makes an environment and installs what a bundle declares. Files are copied into it: through links a task could write into
 * uv's cache, and so into every later environment.
 */
export async function installWithUv(work: Work): Promise<void> {
  const uv = uvCommand(work);
  const python = ['--python', work.plan.python.python];
  if (work.declaration.lock) await fromLock(work, uv, python);
  else await fromRequirements(work, uv, python);
}

const copies = ['--link-mode', 'copy'];

async function fromLock(work: Work, uv: string[], python: string[]): Promise<void> {
  const { bundle, source, environment } = work;
  await writeFile(join(source, 'pyproject.toml'), await projectAlone(bundle.path));
  await writeFile(join(source, 'uv.lock'), await readFile(join(bundle.path, 'uv.lock')));
  const { extras = [], groups = [] } = bundle.metadata;
  const only = [
    ...['--frozen', '--no-install-project', '--no-default-groups', '--no-editable'],
    ...extras.flatMap((extra) => ['--extra', extra]),
    ...groups.flatMap((group) => ['--group', group]),
  ];
  const lacking = await withoutBuilding(work, (others) => ({
    argv: [
      ...[...uv, 'sync', '--no-build', ...only, ...copies, ...indexes(work), ...python],
      ...['--project', source, ...others.flatMap(({ name }) => ['--no-install-package', name])],
    ],
    into: environment,
    variables: { UV_PROJECT_ENVIRONMENT: environment },
  }));
  await buildSources(work, await Promise.all(lacking.map((each) => sourceInLock(work, each))));
}

/**
 * Installs what has wheels, since uv executes nothing of these.
 *
 * @param step for all but what was found to have none
 * @returns what has none
 */
async function withoutBuilding(
  work: Work,
  step: (lacking: LackingWheel[]) => BuildStep,
): Promise<LackingWheel[]> {
  const lacking: LackingWheel[] = [];
  for (;;) {
    const failure = await work.attempt(step(lacking));
    if (failure === undefined) return lacking;
    const one = lackingWheel(failure.said);
    if (one === undefined || lacking.some(({ name }) => name === one.name)) throw await failure.error();
    lacking.push(one);
  }
}

async function sourceInLock({ source, plan }: Work, lacking: LackingWheel): Promise<Source> {
  const found = await lockedSource(source, lacking);
  if (found !== undefined) return found;
  const { version, platform } = plan.python;
  throw new BuildFailed(
    `Cannot build the environment of the bundle: of ${lacking.name} ${lacking.version ?? ''} its uv.lock has no source, and no wheel for Python ${version} on ${platform}.`,
    false,
    besides(plan).log,
  );
}

function placeOf(requirements: string[], name: string): number {
  const named = requirements.findIndex((block) => isOf(block, name));
  if (named >= 0) return named;
  const paths = requirements.flatMap((block, at) => (isPath(block) ? [at] : []));
  return paths[0] ?? -1;
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

async function fromRequirements(work: Work, uv: string[], python: string[]): Promise<void> {
  const { run, bundle, declaration, source, environment } = work;
  // Below the supervisor of the first command that needs it.
  const venv = [[...uv, 'venv', '--no-project', ...python, environment]];
  const { options, hashed, text } = await requirementsOf(bundle, declaration);
  await writeFile(join(source, 'constraints.txt'), lines(declaration.constraints));
  await writeFile(join(source, 'requirements.in'), text);
  const from = [...indexes(work), ...wheels(work), '--python', join(environment, 'bin', 'python')];
  const pip = [...uv, 'pip'];
  if (hashed) {
    // Fixed already; resolving it would take other hashes for right.
    const install = ['install', '--no-build', '--require-hashes', ...copies, ...from];
    const failure = await work.attempt({
      argv: [...pip, ...install, '--requirement', 'requirements.in'],
      after: venv.splice(0),
      into: environment,
    });
    if (failure === undefined) return;
    if (lackingWheel(failure.said) === undefined) throw await failure.error();
    await installFixed(text);
    return;
  }
  let fixed = await readResolved(work);
  if (fixed === undefined) {
    const plainly = ['--no-header', '--no-annotate', '--generate-hashes', '--output-file', 'resolved.txt'];
    const compile = (...more: string[]) => [
      ...pip,
      'compile',
      ...plainly,
      ...more,
      ...from,
      'requirements.in',
    ];
    const failure = await work.attempt({ argv: compile('--no-build'), after: venv.splice(0) });
    if (failure && lackingWheel(failure.said) === undefined && !lacksMetadata(failure.said))
      throw await failure.error();
    if (failure) await askCode(compile());
    fixed = await keepResolved(work, await readFile(join(source, 'resolved.txt'), 'utf8'));
  }
  await installFixed(lines(options) + fixed);

  /** What some source distributions require, only their code tells. It works in a copy, since the app goes on with what is here. */
  async function askCode(argv: string[]): Promise<void> {
    const copy = join(work.folder, 'asked');
    await execa('cp', ['-R', '--', source, copy]);
    await run({ argv, cwd: copy, writes: [copy], runs: 'code with indexes' });
    const resolved = join(copy, 'resolved.txt');
    await mustBePlain(resolved);
    await rename(resolved, join(source, 'resolved.txt'));
  }

  async function installFixed(all: string): Promise<void> {
    const requirements = requirementBlocks(all);
    const sync = [...pip, 'sync', '--no-build', '--allow-empty-requirements', ...copies, ...from];
    await writeFile(join(source, 'install.txt'), all);
    for (const sources: Source[] = []; ; ) {
      const failure = await work.attempt({
        argv: [...sync, 'install.txt'],
        after: venv.splice(0),
        into: environment,
      });
      if (failure === undefined) {
        await buildSources(work, sources);
        return;
      }
      const unnamed = lacksMetadata(failure.said) ? requirements.find(isPath) : undefined;
      const lacking = unnamed === undefined ? lackingWheel(failure.said) : { name: unnamed.trim() };
      const at = lacking ? placeOf(requirements, lacking.name) : -1;
      if (lacking === undefined || at < 0) throw await failure.error();
      const [block = ''] = requirements.splice(at, 1);
      sources.push(requiredSource(block, lacking, { folder: source, indexes: sdistIndexes(work, options) }));
      await writeFile(join(source, 'install.txt'), requirements.join(''));
    }
  }
}
