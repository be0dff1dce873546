/** The known name that was probably meant, when one is close enough to be worth suggesting. */
export function nearestName(word: string, known: Iterable<string>): string | undefined {
  const names = [...known];
  let nearest: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const most = mostEdits(word, name);
    // So many are needed in any case; a name can be of any length, and it is somebody else's.
    if (Math.abs(word.length - name.length) > most) continue;
    const distance = editDistance(word.toLowerCase(), name.toLowerCase());
    if (distance < least && distance <= most) {
      nearest = name;
      least = distance;
    }
  }
  if (nearest !== undefined) return nearest;
  // `timeout` for `timeout_seconds`
  const [longer, ...others] = names.filter((name) => name.toLowerCase().startsWith(`${word.toLowerCase()}_`));
  return others.length === 0 ? longer : undefined;
}

/** A third of what the names do not share in leading words: `MODELOPS_FOO` is not near `MODELOPS_ENV`. */
function mostEdits(word: string, name: string): number {
  let shared = 0;
  for (let i = 0; i < word.length && word[i] === name[i]; i++) if (word[i] === '_') shared = i + 1;
  return Math.max(1, Math.floor((Math.max(word.length, name.length) - shared) / 3));
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? at(i - 2, j - 2) + 1
          : Number.POSITIVE_INFINITY;
      row.push(Math.min(replaced, swapped, at(i - 1, j) + 1, at(i, j - 1) + 1));
    }
  }
  return at(a.length, b.length);
}
