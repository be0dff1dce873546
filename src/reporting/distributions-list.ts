/** `numpy 2.4.6, pandas 3.1.1`; `nothing` for none. */
export function distributionsList(distributions: Record<string, string>): string {
  const named = Object.entries(distributions)
    .sort(([one], [other]) => (one.toLowerCase() < other.toLowerCase() ? -1 : 1))
    .map(([name, version]) => `${name} ${version}`);
  return named.length === 0 ? 'nothing' : named.join(', ');
}
