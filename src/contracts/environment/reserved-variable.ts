const reserved: [RegExp, string][] = [
  [/^(?:HOME|TMPDIR|TMP|TEMP|XDG_.*)$/, "is reserved: it points into the task's private folder"],
  [/^PYTHON/, 'is reserved: Python runs isolated (-I) and would ignore it'],
  [/^MODELOPS_/, 'is reserved: names that begin MODELOPS_ belong to the executor'],
  [/^MOPS_COLD_/, 'is reserved: by names that begin MOPS_COLD_ a worker knows what it has started'],
];

/** Why nobody but the runner may set an environment variable of a task; undefined when others may. */
export function whyReserved(name: string): string | undefined {
  return reserved.find(([names]) => names.test(name))?.[1];
}
