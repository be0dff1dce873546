import { validRange } from '@renovatebot/pep440';
import { z } from 'zod';
import { environmentVariables } from '../environment/environment-variables.js';
import { HashSeed } from '../environment/hash-seed.js';
import { wholeNumberFrom } from '../json/number.js';
import { Scalar } from '../json/scalar.js';
import { closedObject } from '../validation/closed-object.js';
import { mustBe } from '../validation/must-be.js';
import { nearestName } from '../validation/nearest-name.js';
import { TaskLimits } from './task-limits.js';

const mostThreads = 256;
const truth = z.boolean(mustBe('true or false'));

/** A range of Python versions (PEP 440), as in `>=3.10,<3.13`. */
export const PythonRange = z
  .string(mustBe('a range of versions, as in ">=3.10,<3.13"'))
  .refine((text) => validRange(text), mustBe('a range of versions, as in ">=3.10,<3.13"'));

const someText = z.string(mustBe('text')).min(1, mustBe('text'));

/** A run of the bundle whose caches and compiled files every task starts with. Numbers keep their text. */
const WarmUp = closedObject('a warm-up', {
  /** As tasks name it, `models.sir/baseline`; that of the first task when absent. */
  entrypoint: z
    .string(mustBe('an entrypoint, as in "models.sir/baseline"'))
    .min(1, mustBe('an entrypoint, as in "models.sir/baseline"'))
    .exactOptional(),
  params: z.record(z.string(), Scalar, mustBe('an object of parameters by name')).exactOptional(),
});

const fields = {
  /** `module:function` or `path.py:function` */
  wire: z.string(mustBe('the name of a function, as in "model.entry:wire"')).exactOptional(),
  /** Whatever executor the app uses, tasks of this bundle run cold. */
  requires_fresh_process: truth.exactOptional(),
  /** Of its tasks, unless they or their run have limits of their own; the app's own limits hold too. */
  ...TaskLimits.shape,
  /** Threads that numerical libraries may use in a task, whatever the app would let them. */
  threads: wholeNumberFrom(1)
    .refine((value) => value <= mostThreads, mustBe(`a whole number, at most ${mostThreads}`))
    .exactOptional(),
  /** Of Python, in its tasks; 0 when absent. Before `env`, which may set PYTHONHASHSEED. */
  hash_seed: HashSeed.exactOptional(),
  /** Environment variables of its tasks; a task's own come after them. */
  env: environmentVariables(z.string(mustBe('text, as in "4"'))).exactOptional(),
  /** Python versions that can run it. */
  python: PythonRange.exactOptional(),
  /** Optional dependencies of its project that it needs, by their names below `[project.optional-dependencies]`. */
  extras: z.array(someText, mustBe('a list of names')).exactOptional(),
  /** Groups of its project that it needs, by their names below `[dependency-groups]`. */
  groups: z.array(someText, mustBe('a list of names')).exactOptional(),
  /** Whether the wire function may be imported before there is a task; true when absent. */
  import_early: truth.exactOptional(),
  /** How its fresh processes start; `forkserver` forks them from one that has imported the wire function. */
  start_method: z.enum(['spawn', 'forkserver'], mustBe('"spawn" or "forkserver"')).exactOptional(),
  /** Outputs without which, or with which empty, no run has a result. */
  required_outputs: z.array(someText, mustBe('a list of names')).exactOptional(),
  /** A run that logs a line with one of these has failed, whatever it returns; `*` stands for anything. */
  fail_on_log: z.array(someText, mustBe('a list of texts')).exactOptional(),
  /** A command that makes in its folder what its tasks start with; it runs once in each environment. */
  build: someText.exactOptional(),
  /** What runs once, before its first task. */
  warm_up: WarmUp.exactOptional(),
  /** Whether the simulation uses the network. When not, it has none, where the machine allows that. */
  network: truth.exactOptional(),
};

/** What a bundle says of itself, in `.modelops/manifest.json` or below `[tool.modelops]` in `pyproject.toml`. */
export const BundleMetadata = closedObject('the metadata of a bundle', fields, (name) => {
  const known = Object.keys(fields);
  if (nearestName(name, known) !== undefined) return undefined;
  return `is not a field of the metadata of a bundle: its fields are ${known.join(', ')}`;
});
export type BundleMetadata = z.infer<typeof BundleMetadata>;
