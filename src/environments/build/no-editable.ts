import { EnvironmentFailed } from '../../simulation/environment-failed.js';

/**
 * An editable install leads to the folder that it was made from, which every task has elsewhere.
 *
 * @param options of a requirements.txt
 * @throws EnvironmentFailed
 */
export function noEditable(options: string[]): void {
  const editable = options.find((line) => /^(-e|--editable)\b/.test(line));
  if (editable === undefined) return;
  throw new EnvironmentFailed(
    `Cannot build the environment of the bundle: "${editable}" in its requirements.txt installs a folder as a link to it, and each task has the bundle in a folder of its own. Leave that line out: the bundle's own modules are found anyway. Another folder of it is installed by "./folder".`,
  );
}
