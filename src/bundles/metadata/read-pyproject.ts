import { LosslessNumber } from 'lossless-json';
import { parse } from 'smol-toml';
import { z } from 'zod';
import { PythonRange } from '../../contracts/bundle/bundle-metadata.js';
import { mustBe } from '../../contracts/validation/must-be.js';
import { violationOf } from '../../contracts/validation/violation-of.js';

const group = 'modelops.wire';
/** A table can have a name of any number of parts. */
const deepest = 100;

const Requirements = z.array(z.string(), mustBe('a list of requirements'));

const Pyproject = z.looseObject({
  project: z
    .looseObject({
      name: z.string(mustBe('the name of the project')).optional(),
      version: z.string(mustBe('a version')).optional(),
      'entry-points': z
        .looseObject({
          [group]: z.record(z.string(), z.string(mustBe('a function, as in "model.entry:wire"'))).optional(),
        })
        .optional(),
      'requires-python': PythonRange.optional(),
      dependencies: Requirements.optional(),
      'optional-dependencies': z.record(z.string(), Requirements).optional(),
    })
    .optional(),
  'dependency-groups': z
    .record(z.string(), z.array(z.union([z.string(), z.looseObject({ 'include-group': z.string() })])))
    .optional(),
  'build-system': z.unknown().optional(),
  tool: z
    .looseObject({ modelops: z.unknown(), uv: z.unknown(), setuptools: z.unknown() })
    .partial()
    .optional(),
});

export interface ReadPyproject {
  /** What stands below `[tool.modelops]`. */
  tool: unknown;
  requiresPython?: string;
  dependencies: string[];
  /** Further ones by the name of the extra. */
  extras: Record<string, string[]>;
  /** Further ones by the name of the group (PEP 735). */
  groups: Record<string, (string | { 'include-group': string })[]>;
  project?: Project;
  /** Whether it says how it is installed; undefined when that is for a setup.py beside it to say. */
  installs: boolean | undefined;
}

export interface Project {
  name: string;
  version?: string;
  /** Of the group `modelops.wire`. */
  entryPoints: Record<string, string>;
}

/** The parts of a `pyproject.toml` that say how its bundle runs. */
export function readPyproject(
  text: string | undefined,
  refuse: (what: string, cause?: unknown) => Error,
): ReadPyproject {
  if (text === undefined)
    return { tool: undefined, dependencies: [], extras: {}, groups: {}, installs: false };
  const parsed = Pyproject.safeParse(parseToml(text, 'pyproject.toml', refuse));
  if (!parsed.success) {
    throw refuse(`in its pyproject.toml, ${violationOf(parsed.error, 'the file').message}`, parsed.error);
  }
  const { project, tool, 'dependency-groups': groups = {} } = parsed.data;
  const requiresPython = project?.['requires-python'];
  return {
    tool: withNumbersAsWritten(tool?.modelops, text),
    ...(requiresPython !== undefined && { requiresPython }),
    dependencies: project?.dependencies ?? [],
    extras: project?.['optional-dependencies'] ?? {},
    groups,
    installs: installs(parsed.data),
    ...(project?.name !== undefined && {
      project: {
        name: project.name,
        ...(project.version !== undefined && { version: project.version }),
        entryPoints: project['entry-points']?.[group] ?? {},
      },
    }),
  };
}

/** As uv has it, which also installs no project that has neither; but one with extension modules needs a compiler, whatever it says. */
function installs({ project, tool, 'build-system': system }: z.infer<typeof Pyproject>): boolean | undefined {
  const uv = tool?.uv;
  if (typeof uv === 'object' && uv !== null && 'package' in uv && typeof uv.package === 'boolean')
    return uv.package;
  if (system !== undefined) return true;
  if (project === undefined) return false;
  const setuptools = tool?.setuptools;
  const compiles = typeof setuptools === 'object' && setuptools !== null && 'ext-modules' in setuptools;
  return compiles ? true : undefined;
}

/** The parameters of a warm-up reach Python: 1.0 must not become 1 there. */
function withNumbersAsWritten(modelops: unknown, text: string): unknown {
  if (typeof modelops !== 'object' || modelops === null || !('warm_up' in modelops)) return modelops;
  const { tool } = parse(text, { integersAsBigInt: true }) as { tool: { modelops: { warm_up: unknown } } };
  return { ...modelops, warm_up: lossless(tool.modelops.warm_up) };
}

function lossless(value: unknown, depth = 0): unknown {
  // None is nested: a task's parameters are single values, and whatever else is there is refused as such.
  if (depth > deepest) return null;
  if (typeof value === 'bigint') return new LosslessNumber(String(value));
  if (typeof value === 'number' && Number.isFinite(value))
    return new LosslessNumber(
      Number.isInteger(value) && !/e/.test(String(value)) ? `${value}.0` : String(value),
    );
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (Array.isArray(value)) return value.map((inner) => lossless(inner, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, lossless(inner, depth + 1)]));
}

/** @throws what `refuse` makes, with the place of the mistake */
export function parseToml(
  text: string,
  file: string,
  refuse: (what: string, cause?: unknown) => Error,
): Record<string, unknown> {
  try {
    return parse(text);
  } catch (cause) {
    const [why] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    throw refuse(`its ${file} is not TOML: ${why}.`, cause);
  }
}
