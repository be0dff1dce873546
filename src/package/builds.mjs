import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// What `npm run setup` and `npm run build` both know, before anything is installed or built.

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const builds = join(root, '.builds');

/** The processes that have said that they use a build, with src/package/keep-build.ts, and still run. */
export function usersOf(build) {
  const notes = join(build, 'in-use');
  return fs.existsSync(notes) ? fs.readdirSync(notes).map(Number).filter(isRunning) : [];
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
