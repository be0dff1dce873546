const shown = 5;

/** The first of many names, and how many more there are. */
export function someNames(names: string[]): string {
  const more = names.length - shown;
  return `${names.slice(0, shown).join(', ')}${more > 0 ? `, and ${more} more (--json names them)` : ''}`;
}
