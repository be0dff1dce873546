import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { packageRoot } from '../../../src/package/package-root.js';
import { type StandInCloud, startCloud } from '../../fixtures/az/start-cloud.js';
import type { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

export interface DeployStand {
  cloud: StandInCloud;
  /** The temporary folder of its commands, empty when they have ended. */
  tmp: string;
  /** Runs `mops-cold deploy …`. */
  deploy(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }>;
  /** The same, with other settings. */
  deployWith(
    settings: NodeJS.ProcessEnv,
    ...args: string[]
  ): Promise<{ exitCode: number; stdout: string; stderr: string }>;
  /** Starts it and leaves it running. */
  start(...args: string[]): ReturnType<typeof startCli>;
  /** Waits until a command of `az` has been called. */
  called(command: string): Promise<void>;
}

const main = join(packageRoot, 'dist', 'cli', 'main.js');

function startCli(args: string[], env: NodeJS.ProcessEnv, cwd: string) {
  return execa(process.execPath, ['--enable-source-maps', main, 'deploy', ...args], {
    env,
    cwd,
    extendEnv: false,
    reject: false,
    timeout: 120_000,
  });
}

/** `mops-cold deploy` over a stand-in for `az`. */
export async function startDeployStand(
  make: ReturnType<typeof temporaryFolders>,
  settings: NodeJS.ProcessEnv = {},
): Promise<DeployStand> {
  const cloud = await startCloud(make);
  const home = await make();
  const tmp = await make();
  const env = { PATH: `${cloud.bin}:${process.env.PATH}`, HOME: home, TMPDIR: tmp, ...settings };
  const run = async (more: NodeJS.ProcessEnv, args: string[]) => {
    const { exitCode = -1, stdout, stderr } = await startCli(args, { ...env, ...more }, home);
    return { exitCode, stdout, stderr };
  };
  return {
    cloud,
    tmp,
    deploy: (...args) => run({}, args),
    deployWith: (more, ...args) => run(more, args),
    start: (...args) => startCli(args, env, home),
    async called(command) {
      const deadline = Date.now() + 60_000;
      while (!cloud.calls().some((call) => call.startsWith(command))) {
        if (Date.now() > deadline) throw new Error(`az ${command} was not called`);
        await delay(25);
      }
    },
  };
}

/**
 * An app that says one thing after the other of its health; the last one stays. Ends with the file's tests.
 *
 * @returns its address
 */
export async function sayHealth(...answers: { status: number; body?: string }[]): Promise<string> {
  let look = 0;
  const server = createServer((_, response) => {
    const { status, body = '' } = answers[Math.min(look++, answers.length - 1)] ?? { status: 500 };
    response.writeHead(status, { connection: 'close' }).end(body);
  });
  return listening(server);
}

export const healthy = { status: 200, body: '{"status":"healthy"}' };

/** An app that is healthy, and tells these details of itself. */
export async function sayDetails(details: () => Record<string, unknown>): Promise<string> {
  const server = createServer((request, response) => {
    response.setHeader('connection', 'close');
    if (!request.url?.endsWith('/details')) response.end(healthy.body);
    else if (request.headers['x-functions-key'] !== 'the-key') response.writeHead(401).end();
    else response.end(JSON.stringify({ status: 'healthy', problems: [], ...details() }));
  });
  return listening(server);
}

async function listening(server: Server): Promise<string> {
  after(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/health`;
}
