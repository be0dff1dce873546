import { isDockerHub } from '../is-docker-hub.js';

/**
 * The entry of a registry in a table of Docker's configuration. Its keys are hosts, or URLs as older versions wrote them:
 * `https://index.docker.io/v1/`.
 */
export function entryForHost<T>(
  table: Record<string, T>,
  host: string,
): { key: string; value: T } | undefined {
  const entries = Object.entries(table).filter(([key]) => sameRegistry(hostOf(key), host.toLowerCase()));
  const [key, value] =
    entries.find(([name]) => name.toLowerCase() === host.toLowerCase()) ?? entries[0] ?? [];
  return key === undefined || value === undefined ? undefined : { key, value };
}

function hostOf(key: string): string {
  return key
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/, '');
}

function sameRegistry(left: string, right: string): boolean {
  return left === right || (isDockerHub(left) && isDockerHub(right));
}
