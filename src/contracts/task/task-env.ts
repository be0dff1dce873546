import { z } from 'zod';
import { Scalar } from '../json/scalar.js';
import { mustBe } from '../validation/must-be.js';
import { longestVariable } from './longest-variable.js';

const reserved: [RegExp, string][] = [
  [/^(?:HOME|TMPDIR|TMP|TEMP|XDG_.*)$/, "is reserved: it points into the task's private folder"],
  [/^PYTHON/, 'is reserved: Python runs isolated (-I) and would ignore it'],
  [/^MODELOPS_/, 'is reserved: names that begin MODELOPS_ belong to the executor'],
  [
    /^(?:LD_PRELOAD|LD_AUDIT|DYLD_INSERT_LIBRARIES)$/,
    'is reserved: it would load code before the process can say who it is',
  ],
];

/**
 * A task's own environment variables. Values become text: numbers as the sender wrote them, `true`, `false`.
 *
 * Refused are names that the runner sets itself or that could not take effect: HOME, TMPDIR, TMP, TEMP,
 * XDG_*, PYTHON*, MODELOPS_*, LD_PRELOAD, LD_AUDIT and DYLD_INSERT_LIBRARIES. PATH, LD_LIBRARY_PATH, TZ, the
 * locale and the thread counts (OMP_NUM_THREADS and so on) are the task's to set.
 */
export const TaskEnv = z
  .record(z.string(), Scalar, mustBe('an object of environment variables by name'))
  .superRefine((env, context) => {
    for (const [name, value] of Object.entries(env)) {
      const message = problemOf(name, value);
      if (message) context.addIssue({ code: 'custom', path: [name], message });
    }
  })
  .transform((env) => Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)])));

function problemOf(name: string, value: Scalar): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return 'is no name of an environment variable: use letters, digits and "_", not beginning with a digit';
  }
  const bytes = Buffer.byteLength(`${name}=${value}`);
  if (bytes > longestVariable) {
    return `is ${bytes} bytes with its name: an environment variable has at most ${longestVariable}. Put what is larger into the bundle`;
  }
  if (String(value).includes('\0')) return 'holds a NUL character: an environment variable cannot';
  return reserved.find(([names]) => names.test(name))?.[1];
}
