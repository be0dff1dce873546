/**
 * The registry's host that a name begins with, by Docker's rule: a first segment with a dot or a port, or `localhost`, is
 * a host when another segment follows.
 */
export function splitHost(name: string): { host?: string; name: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  if (!/[.:]/.test(first) && first.toLowerCase() !== 'localhost') return { name };
  return { host: first, name: name.slice(slash + 1) };
}
