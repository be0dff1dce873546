/**
 * Those of Python's own that change how it computes or what it tells. Any other says where modules come from, or how the
 * interpreter starts and ends, and is for nobody but the runner; so is one that a later Python brings.
 */
const ofPython = [
  'PYTHONHASHSEED',
  'PYTHONASYNCIODEBUG',
  'PYTHONDEVMODE',
  'PYTHONDONTWRITEBYTECODE',
  'PYTHONFAULTHANDLER',
  'PYTHONINTMAXSTRDIGITS',
  'PYTHONIOENCODING',
  'PYTHONMALLOC',
  'PYTHONOPTIMIZE',
  'PYTHONPROFILEIMPORTTIME',
  'PYTHONTRACEMALLOC',
  'PYTHONUTF8',
  'PYTHONWARNINGS',
  'PYTHON_CPU_COUNT',
  'PYTHON_GIL',
  'PYTHON_JIT',
];

const reserved: [RegExp, string][] = [
  [/^(?:HOME|TMPDIR|TMP|TEMP|XDG_.*)$/, "is reserved: it points into the task's private folder"],
  [
    new RegExp(`^(?!(?:${ofPython.join('|')})$)PYTHON`),
    `is reserved: where Python finds modules, and how it starts and ends, is the runner's to say. Of Python's own may be set ${ofPython.join(', ')}`,
  ],
  [/^MODELOPS_/, 'is reserved: names that begin MODELOPS_ belong to the executor'],
  [/^MOPS_COLD_/, 'is reserved: by names that begin MOPS_COLD_ a worker knows what it has started'],
];

/** Why nobody but the runner may set an environment variable of a task; undefined when others may. */
export function whyReserved(name: string): string | undefined {
  return reserved.find(([names]) => names.test(name))?.[1];
}
