import { z } from 'zod';
import { IdentityInside, ProcessIdentity, WireFunction } from '../../contracts/result/attestation.js';
import type { ViewStep } from '../../files/view-of.js';

const Artifact = z.object({
  name: z.string(),
  file: z.string().regex(/^\d+$/),
  size: z.number().int().nonnegative(),
  blake2b256: z.string(),
  content_type: z.string(),
});

/** As the supervisor sees a process, and as the kernel has it in a pid namespace of its own, where it has one. */
const SeenIdentity = ProcessIdentity.extend({ inside: IdentityInside.exactOptional() });
export type SeenIdentity = z.infer<typeof SeenIdentity>;

/** What a runner tells on its control descriptor. The contract is in python/runner.py. */
export const RunnerMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), identity: ProcessIdentity, nonce: z.string(), python: z.string() }),
  z.object({
    type: z.literal('prepared'),
    import_ms: z.number(),
    cannot_fork: z.string(),
    lines: z.array(z.string()),
    opened: z.array(z.string()),
    written_by: z.record(z.string(), z.string()),
  }),
  z.object({
    type: z.literal('entered'),
    ordinal: z.number().int(),
    import_ms: z.number(),
    wire: WireFunction,
  }),
  z.object({
    type: z.literal('done'),
    ordinal: z.number().int(),
    status: z.enum([
      'succeeded',
      'simulation-failed',
      'invalid-result',
      'environment-failed',
      'out-of-memory',
      'infrastructure',
    ]),
    error: z.object({ error_type: z.string(), message: z.string(), traceback: z.string() }).nullable(),
    artifacts: z.array(Artifact),
    import_ms: z.number(),
    simulate_ms: z.number(),
    write_ms: z.number(),
  }),
]);
export type RunnerMessage = z.infer<typeof RunnerMessage>;

const figures = {
  process: z.string(),
  peak_memory_bytes: z.number(),
  cpu_seconds: z.number(),
  log: z.object({ bytes: z.number(), omitted_bytes: z.number(), failure: z.string() }),
  stderr_tail: z.string(),
  stack: z.string(),
  unlogged: z.string(),
};

/** What the supervisor tells. The contract is in python/supervisor.py. */
export const SupervisorEvent = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('ready'),
    place: z.string().nullable(),
    without_users: z.string(),
    own_ipc: z.boolean(),
    hides_processes: z.boolean(),
    own_pids: z.boolean(),
    closes_network: z.boolean(),
    without_views: z.string(),
  }),
  z.object({ event: z.literal('users'), users: z.array(z.number()), error: z.string() }),
  z.object({ event: z.literal('started'), process: z.string(), identity: SeenIdentity }),
  z.object({ event: z.literal('failed'), process: z.string(), error: z.string(), final: z.boolean() }),
  z.object({ event: z.literal('control'), process: z.string(), message: RunnerMessage }),
  z.object({
    event: z.literal('limit'),
    process: z.string(),
    limit: z.enum(['timeout', 'memory', 'exit', 'stopped', 'cancelled', 'lost']),
    bytes: z.number().optional(),
  }),
  z.object({ event: z.literal('task_ended'), ...figures }),
  z.object({
    event: z.literal('ended'),
    exit_code: z.number().int().nullable(),
    signal: z.string().nullable(),
    limit: z.enum(['timeout', 'memory', 'exit', 'stopped', 'cancelled', 'lost']).nullable(),
    leftovers: z.object({ killed: z.number().int(), unkillable: z.array(z.number().int()) }),
    oom_killed_by_kernel: z.boolean(),
    ...figures,
  }),
]);
export type SupervisorEvent = z.infer<typeof SupervisorEvent>;
/** Those of one process. */
export type ProcessEvent = Exclude<SupervisorEvent, { event: 'ready' | 'users' }>;

export type SupervisorCommand =
  | {
      command: 'start';
      process: string;
      argv: string[];
      env: Record<string, string>;
      cwd: string;
      view: ViewStep[];
      memory_limit_bytes: number;
      forks: boolean;
      fixed_addresses: boolean;
      user?: number;
      network?: boolean;
    }
  | { command: 'users'; count: number }
  | { command: 'fork'; process: string; template: string; memory_limit_bytes: number }
  | {
      command: 'assign';
      process: string;
      task: string;
      timeout_ms: number;
      grace_ms: number;
      log_path: string;
      log_head: string;
      last: boolean;
    }
  | { command: 'prepare'; process: string; line: string }
  | { command: 'release'; process: string }
  | { command: 'stop'; process: string; reason: 'cancelled' | 'stopped'; gently: boolean };
