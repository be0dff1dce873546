/** The one spelling of a distribution's or an extra's name (PEP 503). */
export function normalisedName(name: string): string {
  return name
    .trim()
    .replace(/[-_.]+/g, '-')
    .toLowerCase();
}
