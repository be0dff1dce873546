const names = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);

/** Whether a host is one of the names of Docker Hub, which is one registry. */
export function isDockerHub(host: string): boolean {
  return names.has(host.toLowerCase());
}
