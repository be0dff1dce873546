import { z } from 'zod';
import { mustBe } from '../validation/must-be.js';
import { whyNoHashSeed } from './hash-seed.js';
import { longestVariable } from './longest-variable.js';
import { whyReserved } from './reserved-variable.js';

/**
 * Environment variables by name, for the process of a task. Values become text.
 *
 * @param Value what a value may be
 */
export function environmentVariables<Value extends z.ZodType>(Value: Value) {
  return z
    .record(z.string(), Value, mustBe('an object of environment variables by name'))
    .superRefine((env, context) => {
      for (const [name, value] of Object.entries(env)) {
        const message = problemOf(name, String(value));
        if (message) context.addIssue({ code: 'custom', path: [name], message });
      }
    })
    .transform((env) =>
      Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)])),
    );
}

function problemOf(name: string, value: string): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return 'is no name of an environment variable: use letters, digits and "_", not beginning with a digit';
  }
  const bytes = Buffer.byteLength(`${name}=${value}`);
  if (bytes > longestVariable) {
    return `is ${bytes} bytes with its name: an environment variable has at most ${longestVariable}. Put what is larger into the bundle`;
  }
  if (value.includes('\0')) return 'holds a NUL character: an environment variable cannot';
  return name === 'PYTHONHASHSEED' ? whyNoHashSeed(value) : whyReserved(name);
}
