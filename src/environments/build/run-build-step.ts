import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { jsonIn } from '../../contracts/json/json-in.js';
import { viewOf } from '../../files/view-of.js';
import { packageRoot } from '../../package/package-root.js';
import { EnvironmentFailed } from '../../simulation/environment-failed.js';
import { withoutPasswords } from './build-failure.js';
import type { BuildLimits, BuildSandbox } from './build-options.js';
import { type BuildSecrets, withoutSecrets } from './build-secrets.js';
import { codeVariables, downloadVariables } from './build-variables.js';
import { EnvironmentState } from './environment-state.js';

const scripts = join(packageRoot, 'src', 'environments', 'python');
const script = join(scripts, 'run_build_step.py');

/** The largest environments (torch with CUDA, 5 GB) take minutes; what takes longer hangs. */
const longestMs = 30 * 60_000;

const Ended = z.object({
  code: z.number().nullable(),
  signal: z.number().nullable(),
  error: z.string().nullable(),
  limit: z.enum(['memory', 'processes', 'disk']).nullable(),
  refused: z.string().nullable(),
  left: z.string().nullable(),
  state: EnvironmentState.nullable(),
});

/** What became of a step. */
export interface StepEnded {
  /** Why it failed, as the end of a sentence that begins with the command. */
  failed?: string;
  /** Of the environment that it installed into, where it succeeded. */
  state?: EnvironmentState;
}

export interface BuildStep {
  argv: string[];
  /** Commands that are run before, and must succeed. */
  after?: string[][];
  /** Of an installer: the environment that it installs into, which its supervisor looks through afterwards. */
  into?: string;
  /** Besides what every build sees. */
  variables?: Record<string, string>;
  /** What paths in arguments are relative to, unless it is the folder of the source. */
  cwd?: string;
  /**
   * What it runs. `installer` (the default) executes nothing of what it fetches, and gets the secrets. `code` is of strangers:
   * it gets none, and has the limits of a task and, where that can be had, a user of its own; `code with indexes` besides may reach those that want
   * no password.
   */
  runs?: 'installer' | 'code' | 'code with indexes';
  /**
   * Of code: existing folders that are its user's while it runs, beside its HOME. The app takes them over afterwards: there are folders, files and links
   * in them then, and a link may lead anywhere.
   */
  writes?: string[];
  /** Of code: whether it needs no network. */
  offline?: boolean;
  /** What is built, with a verb, where it is not what the bundle declares. */
  builds?: string;
}

/** Where the steps of a build work. */
export interface StepPlace {
  cwd: string;
  /** Of the build alone, and nobody else's: it goes with the build, or with the next one. */
  folder: string;
  /** What a command writes is appended to this file. */
  log: string;
  /** Files and folders besides, that code needs to read. */
  reads: string[];
  secrets: BuildSecrets;
  limits: BuildLimits;
  sandbox: BuildSandbox | undefined;
}

/**
 * Runs one command of a build, below a supervisor that ends it with this process, and what it leaves running with it.
 *
 * @param python an interpreter for the supervisor, and that what it runs needs
 */
export async function runBuildStep(python: string, step: BuildStep, place: StepPlace): Promise<StepEnded> {
  const { argv, after = [], runs = 'installer' } = step;
  const { log, secrets } = place;
  const hide = (text: string) => withoutPasswords(withoutSecrets(text, secrets));
  await appendFile(log, hide([...after, argv].map((each) => `$ ${each.join(' ')}\n`).join('')));
  try {
    if (runs === 'installer') return await withSecrets(python, step, place);
    const home = homeOf(place.folder);
    await mkdir(home, { recursive: true });
    const variables = codeVariables(home, { reachesIndexes: runs === 'code with indexes' });
    return await supervised(python, step, place, { ...variables, ...step.variables });
  } finally {
    const text = await readFile(log, 'utf8');
    const hidden = hide(text);
    if (hidden !== text) await writeFile(log, hidden);
  }
}

/** The passwords lie in a file only while an installer runs, and none of what it installs does. */
async function withSecrets(python: string, step: BuildStep, place: StepPlace): Promise<StepEnded> {
  const { netrc, variables: secret } = place.secrets;
  const variables = { ...downloadVariables(), ...secret, ...step.variables };
  if (netrc === undefined) return supervised(python, step, place, variables);
  const file = join(place.folder, 'netrc');
  try {
    await writeFile(file, netrc, { mode: 0o600 });
    return await supervised(python, step, place, { ...variables, NETRC: file });
  } finally {
    await rm(file, { force: true });
  }
}

async function supervised(
  python: string,
  step: BuildStep,
  place: StepPlace,
  env: Record<string, string>,
): Promise<StepEnded> {
  const { argv, after = [], cwd = place.cwd, runs = 'installer', into = null } = step;
  const isCode = runs !== 'installer';
  const { memoryBytes = null, processes = null, timeoutMs = longestMs } = isCode ? place.limits : {};
  const { diskBytes } = place.limits;
  const disk = diskBytes === undefined ? null : { folder: place.folder, bytes: diskBytes };
  const user = isCode ? userOf(python, { ...step, cwd }, place) : null;
  const limits = JSON.stringify({
    memory_bytes: memoryBytes,
    processes,
    disk,
    user,
    needs_user: place.sandbox?.required,
    into,
  });
  const ended = await execa(
    python,
    ['-I', '-S', script, place.log, limits, JSON.stringify([...after, argv])],
    {
      reject: false,
      cwd,
      extendEnv: false,
      env,
      // Left open: it ends when this process does, however that ends.
      stdin: 'pipe',
      timeout: timeoutMs,
      forceKillAfterDelay: 5000,
    },
  );
  // A build that is too large for its limits is so the next time, too; an installer only waits for others.
  if (ended.timedOut)
    return {
      failed: isCode
        ? `took longer than ${Math.round(timeoutMs / 1000)} s`
        : `has not ended within ${timeoutMs / 60_000} minutes`,
    };
  const told = Ended.safeParse(jsonIn(ended.stdout.slice(ended.stdout.lastIndexOf('\n') + 1)));
  if (ended.failed || !told.success)
    return {
      failed: `could not be watched (${ended.signal ?? ended.code ?? ended.stderr.trim().slice(-300)})`,
    };
  const failed = whyFailed(told.data, { memoryBytes, processes, diskBytes });
  if (failed !== undefined) return { failed };
  return told.data.state === null ? {} : { state: told.data.state };
}

/** @throws EnvironmentFailed when it was not run, for want of a user of its own. */
function whyFailed(
  { code, signal, error, limit, refused, left }: z.infer<typeof Ended>,
  { memoryBytes, processes, diskBytes }: Record<string, number | null | undefined>,
): string | undefined {
  if (refused !== null) throw notAlone(refused);
  if (limit === 'memory') return `took more than ${memoryBytes} bytes of memory`;
  if (limit === 'processes') return `had more than ${processes} processes at once`;
  if (limit === 'disk')
    return `wrote more than the ${diskBytes} bytes that environments may take (MODELOPS_VENVS_BYTES)`;
  if (error !== null) return `could not be started (${error})`;
  if (signal !== null) return `was ended by signal ${signal}`;
  if (code !== 0) return `exited with ${code}`;
  return left === null ? undefined : `cannot be taken over: ${left}`;
}

const homeOf = (folder: string) => join(folder, 'home');

/** For python/step_user.py. @throws EnvironmentFailed when it cannot have a user, and must. */
function userOf(
  python: string,
  { argv: [command = python], cwd, writes = [], offline = false }: BuildStep & { cwd: string },
  { folder, reads, sandbox }: StepPlace,
) {
  if (sandbox?.users === undefined) {
    if (!sandbox?.required) return null;
    throw notAlone('MODELOPS_SANDBOX_UIDS is none');
  }
  const isElsewhere = isAbsolute(command) && !command.startsWith(folder + sep);
  const read = [scripts, ...reads, ...(isElsewhere ? [command] : [])];
  const needs = [...read.map((path) => ({ path, writes: false })), { path: folder, writes: true }];
  const { steps, hidden } = viewOf(needs);
  return {
    ...sandbox.users,
    processes: sandbox.processes,
    file_bytes: sandbox.fileBytes,
    network: !offline,
    inside: folder,
    folders: [homeOf(folder), ...writes],
    reaches: [python, command, cwd],
    view: steps,
    hidden,
  };
}

function notAlone(why: string): EnvironmentFailed {
  return new EnvironmentFailed(
    `Cannot run code of the bundle or of its packages: MODELOPS_REQUIRE_SANDBOX asks for a user of its own for it, and here it would run as the app's: ${why}. Make that possible, or unset the setting.`,
  );
}
