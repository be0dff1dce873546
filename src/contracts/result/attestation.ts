import { z } from 'zod';
import { CpuBaseline } from '../environment/cpu-baseline.js';
import { HashSeed } from '../environment/hash-seed.js';
import { wholeNumberFrom } from '../json/number.js';
import { RunExecutor } from '../task/executor.js';
import { Boundary } from './boundary.js';
import { Machine } from './machine.js';
import { PythonFacts } from './python-facts.js';

/** What tells one operating-system process from every other one: a pid alone is reused, and counts only within its namespace and boot. */
export const ProcessIdentity = z.object({
  pid: wholeNumberFrom(1),
  /** When the process started, in the kernel's own clock ticks since boot (Linux) or as a time stamp (elsewhere). */
  start_time: z.string().min(1),
  boot_id: z.string().min(1),
  /** Inode of the pid namespace; empty where the system has none. */
  pid_namespace: z.string(),
});
export type ProcessIdentity = z.infer<typeof ProcessIdentity>;

/** What a process knows itself by in a pid namespace of its own. */
export const IdentityInside = ProcessIdentity.pick({ pid: true, pid_namespace: true });

/** Which function ran a task. */
export const WireFunction = z.object({
  /** `module:function` or `path.py:function` */
  function: z.string(),
  /** That it came from; null when the bundle names it itself. */
  distribution: z.string().nullable(),
  version: z.string().nullable(),
});
export type WireFunction = z.infer<typeof WireFunction>;

/** Proof of which process ran a task: told by the process itself, and seen from outside by its parent, in numbers of the parent's pid namespace. */
export const Attestation = z.object({
  executor: RunExecutor,
  /** In Python's words: `spawn` started it by exec, `forkserver` forked it from a process that had imported the model. */
  start_method: z.enum(['spawn', 'forkserver']),
  told: ProcessIdentity,
  seen: ProcessIdentity,
  /** In which words it told who it is, as the kernel confirms them; absent where it had no pid namespace of its own. */
  inside: IdentityInside.exactOptional(),
  /** 32 hex digits, drawn by the process at its own start. */
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
  /** 1 for the first task that the process ran. */
  ordinal: wholeNumberFrom(1),
  python: z.string(),
  /** `sha256:<64 hex>` of what the bundle's warm-up left, with which its working copy and HOME began; absent without one. */
  warm_up: z.string().exactOptional(),
  /** `sha256:<64 hex>` of the bundle as its build command has left it; absent where it has none. */
  build: z.string().exactOptional(),
  /** How many threads libraries were held to, and which of the variables that say so the task or its bundle set otherwise. */
  threads: z.object({ most: wholeNumberFrom(1), overridden: z.array(z.string()) }).exactOptional(),
  /** With what Python hashed text, which decides the order of sets; absent in what was stored before it was told. */
  hash_seed: HashSeed.exactOptional(),
  /** Whether it ran without address randomisation; absent when not. */
  fixed_addresses: z.literal(true).exactOptional(),
  /** To which instruction sets libraries were held, and which of the variables that say so the task or its bundle set otherwise; absent when to none. */
  cpu_baseline: z
    .object({ name: CpuBaseline.exclude(['native']), overridden: z.array(z.string()) })
    .exactOptional(),
  /** As whom it ran; absent in what was stored before it was told. */
  boundary: Boundary.exactOptional(),
  /** On what it ran, and in which environment; absent in what was stored before they were told. */
  machine: Machine.exactOptional(),
  environment: PythonFacts.exactOptional(),
  /** Absent when the process ended before it was found, and in what was stored before this was told. */
  wire: WireFunction.optional(),
});
export type Attestation = z.infer<typeof Attestation>;
