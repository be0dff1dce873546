import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BuildOptions } from '../../../src/environments/build/build-options.js';

const program = fileURLToPath(new URL('../../fixtures/environments/build-one.js', import.meta.url));
const started: ChildProcess[] = [];

export function endAsked(): void {
  for (const child of started) child.kill('SIGKILL');
}

/** A process of its own that asks for a bundle's environment and prints its interpreter; one that shall stay goes on living. */
export function asks(request: {
  python: string;
  venvsFolder: string;
  build: BuildOptions;
  bundle: object;
  stay?: boolean;
}): { child: ChildProcess; done: Promise<string>; ready: Promise<string> } {
  const child = spawn(process.execPath, [program, JSON.stringify(request)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  let said = '';
  const ready = new Promise<string>((resolve) => {
    child.stdout?.on('data', (chunk) => {
      said += chunk;
      if (said.endsWith('\n')) resolve(said.trim());
    });
  });
  return { child, ready, done: new Promise((resolve) => child.on('close', () => resolve(said.trim()))) };
}

export async function until(condition: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, `${what} has not come`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
