import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** uv, with the machine's own configuration. None that lies above the bundle: anybody may have put it into a temporary folder. */
export function uvCommand({ installer }: { installer: { command: string[] } }): string[] {
  const own = [
    join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'uv', 'uv.toml'),
    '/etc/uv/uv.toml',
  ];
  const file = own.find((path) => existsSync(path));
  return [...installer.command, ...(file === undefined ? ['--no-config'] : ['--config-file', file])];
}
