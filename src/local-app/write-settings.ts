import { writeFile } from 'node:fs/promises';
import { shellWord } from '../contracts/validation/shell-word.js';
import { settingsFile } from './settings-file.js';

const ofClients = /^(MODELOPS_|AZURE_STORAGE_CONNECTION_STRING$|AzureWebJobsStorage$)/;
const proxies = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];

/**
 * Writes a file that a POSIX shell reads with `. <file>`, for `mops-cold` and every other client of the storage.
 *
 * @returns its path
 */
export async function writeSettings(folder: string, env: NodeJS.ProcessEnv): Promise<string> {
  const names = Object.keys(env).filter((name) => ofClients.test(name));
  // Storage is on this machine, where a proxy does not lead.
  if (proxies.some((name) => env[name])) names.push('NO_PROXY', 'no_proxy');
  const lines = names.map((name) => `export ${name}=${shellWord(env[name] ?? '')}\n`);
  const path = settingsFile(folder);
  await writeFile(path, lines.join(''), { mode: 0o600 });
  return path;
}
