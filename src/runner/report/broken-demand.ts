import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { ArtifactFile, RunReport, RunRequest } from '../../simulation/ports.js';

type Broken = Pick<RunReport, 'outcome' | 'reason'>;

/**
 * What speaks against a result that was returned, by what its bundle demands of every run: some simulators log that they have
 * failed, and return all the same.
 *
 * @returns undefined when nothing does
 */
export async function brokenDemand(
  { bundle, task, check, aggregate }: Pick<RunRequest, 'bundle' | 'task' | 'check' | 'aggregate'>,
  artifacts: Pick<ArtifactFile, 'name' | 'size'>[],
  logPath: string,
): Promise<Broken | undefined> {
  if (check || aggregate) return undefined;
  const { required_outputs: required = [], fail_on_log: patterns = [] } = bundle.metadata;
  for (const name of required.filter((each) => task.outputs?.includes(each) ?? true)) {
    const made = artifacts.filter(
      (artifact) => artifact.name === name || artifact.name.startsWith(`${name}/`),
    );
    if (made.some(({ size }) => size > 0)) continue;
    const how = made.length > 0 ? 'is empty' : 'was not returned';
    return {
      outcome: 'invalid-result',
      reason: `The output "${name}" ${how}, and its bundle requires it (required_outputs).`,
    };
  }
  if (patterns.length === 0) return undefined;
  const lines = createInterface({ input: createReadStream(logPath), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    const pattern = patterns.find((each) => matches(line, each));
    if (pattern === undefined) continue;
    return {
      outcome: 'simulation-failed',
      reason: `The simulation logged "${line.trim().slice(0, 300)}", which its bundle counts as a failure (fail_on_log: "${pattern}").`,
    };
  }
  return undefined;
}

/** Whether the parts of a pattern between its stars stand in a line, one after another. No regular expression: a bundle could stop the app with one. */
function matches(line: string, pattern: string): boolean {
  let from = 0;
  for (const part of pattern.split('*')) {
    const at = line.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}
