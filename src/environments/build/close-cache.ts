import { chmod, mkdir, stat } from 'node:fs/promises';
import { execa } from 'execa';
import { downloadVariables } from './build-variables.js';
import type { Installer } from './find-installer.js';
import { uvCommand } from './uv-command.js';

/** Keeps to the app what uv has fetched for all bundles, private packages among it: code of strangers has other users, and uv lets everybody read. */
export async function closeCache(installer: Installer): Promise<void> {
  const [command = '', ...argv] = [...uvCommand({ installer }), 'cache', 'dir'];
  const { stdout: folder } = await execa(command, argv, {
    extendEnv: false,
    env: downloadVariables(),
    stdin: 'ignore',
    timeout: 30_000,
  });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { mode, uid } = await stat(folder);
  if (uid === process.geteuid?.() && (mode & 0o077) !== 0) await chmod(folder, 0o700);
}
