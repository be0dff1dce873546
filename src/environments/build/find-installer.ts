import { execa } from 'execa';
import { fileOfCommand } from '../../files/file-of-command.js';
import { EnvironmentFailed } from '../../simulation/environment-failed.js';
import { stampOf } from '../stamp-of.js';
import { downloadVariables } from './build-variables.js';
import { uvCommand } from './uv-command.js';

/** What installs packages. */
export interface Installer {
  kind: 'uv' | 'pip';
  /** Command and first arguments. */
  command: string[];
  /** For example `uv 0.13.9`. */
  name: string;
  /** The folder in which uv keeps what it fetches. */
  cache?: string;
}

const timeoutMs = 30_000;
/** It installs into an environment that has none itself. */
const pipForOthers = { major: 22, minor: 3 };

/**
 * uv where it can be had: MODELOPS_UV, on PATH, as a module of the interpreter. Otherwise pip, which takes several times as long.
 *
 * @param python absolute path of the interpreter that environments are made with
 * @param uv what MODELOPS_UV names
 * @throws EnvironmentFailed when MODELOPS_UV names no uv, or there is neither.
 */
export async function findInstaller(python: string, uv?: string): Promise<Installer> {
  if (uv !== undefined) {
    const found = await asUv([uv]);
    if (found) return found;
    throw new EnvironmentFailed(
      `Cannot build environments: MODELOPS_UV is ${uv}, which does not answer as uv. Let it name uv's own binary, or leave it out.`,
    );
  }
  const found = (await asUv(['uv'])) ?? (await asUv([python, '-I', '-m', 'uv'])) ?? (await asPip(python));
  if (found) return found;
  throw new EnvironmentFailed(
    `Cannot build environments: there is no uv on PATH, and ${python} has neither uv nor pip. Install uv, or let MODELOPS_UV name it. With MODELOPS_ENVIRONMENTS=installed nothing is built: the packages must be in MODELOPS_PYTHON then.`,
  );
}

/** What each file of uv has said of itself. One that chooses a uv, as pyenv has them, is not seen through: the next worker asks it anew. */
const answers = new Map<string, Installer>();

async function asUv(command: string[]): Promise<Installer | undefined> {
  const configured = uvCommand({ installer: { command } });
  const [name = '', ...isModule] = command;
  const file = isModule.length > 0 ? undefined : await fileOfCommand(name, process.env.PATH);
  const files = file === undefined ? [] : [file, ...configured.slice(1)];
  const key = JSON.stringify([files, await Promise.all(files.map(stampOf)), downloadVariables()]);
  const known = file === undefined ? undefined : answers.get(key);
  if (known) return known;
  const [said, cache] = await Promise.all([
    saidBy([...command, '--version']),
    saidBy([...configured, 'cache', 'dir']),
  ]);
  const version = /^uv (\d[\w.]*)/.exec(said)?.[1];
  if (version === undefined) return undefined;
  const installer: Installer = { kind: 'uv', command, name: `uv ${version}`, ...(cache && { cache }) };
  if (file !== undefined && cache) answers.set(key, installer);
  return installer;
}

async function asPip(python: string): Promise<Installer | undefined> {
  const said = await saidBy([python, '-I', '-m', 'pip', '--version']);
  const [, version = '', major, minor] = /^pip ((\d+)\.(\d+)[\w.]*)/.exec(said) ?? [];
  if (
    Number(major) > pipForOthers.major ||
    (Number(major) === pipForOthers.major && Number(minor) >= pipForOthers.minor)
  )
    return { kind: 'pip', command: [python, '-I', '-m', 'pip'], name: `pip ${version}` };
  return undefined;
}

async function saidBy([command = '', ...argv]: string[]): Promise<string> {
  const { failed, stdout } = await execa(command, argv, {
    reject: false,
    extendEnv: false,
    env: downloadVariables(),
    stdin: 'ignore',
    timeout: timeoutMs,
  });
  return failed ? '' : stdout;
}
