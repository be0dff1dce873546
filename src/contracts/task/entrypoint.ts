import { z } from 'zod';
import { mustBe } from '../validation/must-be.js';

// Python's \w is letters, digits and numerals of every script, and "_".
const importPath = /^[A-Za-z_][\p{L}\p{N}_.]*\.[A-Za-z_][\p{L}\p{N}_]*$/u;
const scenarioSlug = /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/;
const objectName = /^_*[\p{L}\p{N}][\p{L}\p{N}_]*$/u;

/** Which code a task runs: `pkg.mod[.Class]/scenario` or `pkg.mod:object`, in the grammar of modelops-contracts. */
export const Entrypoint = z
  .string(mustBe('"package.module/scenario" or "package.module:object"'))
  .superRefine((entrypoint, context) => {
    const message = problemOf(entrypoint);
    if (message) context.addIssue({ code: 'custom', message });
  });

function problemOf(entrypoint: string): string | undefined {
  const hasScenario = entrypoint.includes('/');
  if (hasScenario === entrypoint.includes(':')) {
    return `is ${JSON.stringify(entrypoint)}: it must be "package.module/scenario" or "package.module:object"${hasScenario ? ', not both' : ''}`;
  }
  const cut = entrypoint.lastIndexOf(hasScenario ? '/' : ':');
  const [path, name] = [entrypoint.slice(0, cut), entrypoint.slice(cut + 1)];
  if (!importPath.test(path)) {
    return `has the import path ${JSON.stringify(path)}: it must be a dotted Python path of two parts or more, as in "models.sir"`;
  }
  if (hasScenario && !scenarioSlug.test(name)) {
    return `has the scenario ${JSON.stringify(name)}: it must be 1 to 64 lower-case letters, digits, "-", "_" or ".", beginning and ending with a letter or digit`;
  }
  if (!hasScenario && !objectName.test(name)) {
    return `has the object ${JSON.stringify(name)}: it must be a name of letters, digits and "_"`;
  }
  return undefined;
}
