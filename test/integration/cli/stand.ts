import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { type OpenStorage, openStorage } from '../../../src/connections/open-storage.js';
import { startAzurite } from '../../../src/local-host/start-azurite.js';
import { packageRoot } from '../../../src/package/package-root.js';

export interface CliStand {
  folder: string;
  env: NodeJS.ProcessEnv;
  storage: OpenStorage;
  /** Runs the compiled `mops-cold`. */
  cli(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }>;
  /** The same, in another environment. */
  cliIn(env: NodeJS.ProcessEnv, ...args: string[]): ReturnType<CliStand['cli']>;
  /** Starts it and leaves it running. */
  start(...args: string[]): ReturnType<typeof startCli>;
  startIn(env: NodeJS.ProcessEnv, ...args: string[]): ReturnType<typeof startCli>;
  stop(): Promise<void>;
}

/** An Azurite and a folder of its own for one test file, and `mops-cold` over them. */
export async function startStand(settings: NodeJS.ProcessEnv = {}): Promise<CliStand> {
  const azurite = await startAzurite();
  const folder = await mkdtemp(join(tmpdir(), 'cli-test-'));
  // Simulations, which have users of their own, meet tests there.
  await chmod(folder, 0o777);
  const own = randomBytes(4).toString('hex');
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString,
    MODELOPS_QUEUE_NAME: `tasks-${own}`,
    MODELOPS_JOBS_CONTAINER: `jobs-${own}`,
    MODELOPS_AZURE_CONTAINER: `results-${own}`,
    MODELOPS_BUNDLES_DIR: join(folder, 'bundles'),
    MODELOPS_BUNDLES_CACHE_DIR: join(folder, 'cache'),
    MODELOPS_SCRATCH_DIR: join(folder, 'scratch'),
    MODELOPS_VENVS_DIR: join(folder, 'venvs'),
    ...settings,
  };
  return {
    folder,
    env,
    storage: await openStorage(env),
    cli: (...args) => ended(startCli(args, env, folder)),
    cliIn: (other, ...args) => ended(startCli(args, other, folder)),
    start: (...args) => startCli(args, env, folder),
    startIn: (other, ...args) => startCli(args, other, folder),
    stop: async () => {
      await azurite.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function ended(running: ReturnType<typeof startCli>) {
  const { exitCode = -1, stdout, stderr } = await running;
  return { exitCode, stdout, stderr };
}

function startCli(args: string[], env: NodeJS.ProcessEnv, cwd: string) {
  const main = join(packageRoot, 'dist', 'cli', 'main.js');
  return execa(process.execPath, ['--enable-source-maps', main, ...args], {
    env,
    cwd,
    extendEnv: false,
    reject: false,
  });
}
