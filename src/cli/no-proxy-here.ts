/** Storage and app listen on this machine, where a proxy does not lead: the environment says so, for every client in it. */
export function noProxyHere(env: NodeJS.ProcessEnv): void {
  for (const name of ['NO_PROXY', 'no_proxy']) env[name] = [env[name], '127.0.0.1'].filter(Boolean).join(',');
}
