/** What uv and pip say when trying again may help; their exit codes do not tell. */
const passing =
  /Request failed after|error sending request|dns error|timed out|HTTP status server error|Max retries exceeded|\b5\d\d Server Error|end of file before message|connection (broken|reset|refused|aborted)|IncompleteRead|Temporary failure in name resolution|No space left on device|Disk quota exceeded|Cannot allocate memory|was ended by signal|has not ended within|could not be watched/i;

const mostLines = 25;
const mostCharacters = 2000;

/**
 * What the log of a failed build says.
 *
 * @param details what else tells whether it may pass by itself
 * @returns whether it may pass by itself, and the lines in which the installer says what is wrong
 */
export function buildFailure(log: string, details: string): { mayPass: boolean; said: string } {
  const lines = log.split('\n').map((line) => line.trimEnd());
  const step = lines.slice(lines.findLastIndex((line) => line.startsWith('$ ')) + 1);
  const from = step.findIndex((line) => /^\s*(×|error:|ERROR:)/.test(line));
  // What a build backend said stands above the line in which pip says that it failed.
  const above = /subprocess-exited|present-rich/.test(step[from] ?? '');
  const last = (above ? step.slice(0, from + 1) : step.slice(Math.max(from, 0))).filter(
    (line) => line.trim() !== '',
  );
  const said = last.slice(-mostLines).join('\n');
  return { mayPass: passing.test(`${step.join('\n')}\n${details}`), said: said.slice(-mostCharacters) };
}

/** When no index can be reached, and what a machine without one does. */
export function adviceOffline(text: string): string {
  const unreachable =
    /dns error|name resolution|connection (refused|reset)|network is unreachable|tcp connect error|timed out|error sending request|failed to establish a new connection/i;
  return unreachable.test(text)
    ? '\nThe package index cannot be reached from here. Let MODELOPS_INDEX_URL name one that can, or set MODELOPS_ENVIRONMENTS=installed where MODELOPS_PYTHON has the packages.'
    : '';
}

/** Without what stands before the @ of an address, which may be a password. */
export function withoutPasswords(text: string): string {
  return text.replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^/\s@]+@/gi, '$1…@');
}
