import type { CpuBaseline } from '../../contracts/environment/cpu-baseline.js';
import type { Machine } from '../../contracts/result/machine.js';

/** What a processor must have that is to compute like any other one of its baseline, in the kernel's words. */
const required: Record<CpuBaseline, string[]> = {
  native: [],
  avx2: ['avx', 'avx2', 'f16c', 'fma'],
  sse: ['sse4_1', 'sse4_2'],
};

/**
 * Why tasks on this machine cannot be held to a baseline, as one sentence; undefined when they can.
 *
 * @param architecture as Node.js names it, `x64`
 */
export function whyOutOfReach(
  baseline: CpuBaseline,
  { processor, instruction_sets: has }: Machine,
  { platform, architecture }: { platform: NodeJS.Platform; architecture: string },
): string | undefined {
  if (baseline === 'native') return undefined;
  const set = `MODELOPS_CPU_BASELINE is "${baseline}"`;
  if (architecture !== 'x64') {
    return `${set}, which means something on x64 alone, and this is ${architecture}: remove it, or run on x64.`;
  }
  if (platform !== 'linux') {
    return `${set}, which takes Linux, and this is ${platform}: remove it, or run on Linux.`;
  }
  const lacking = required[baseline].filter((name) => !has.includes(name));
  if (lacking.length === 0) return undefined;
  const lower =
    baseline === 'avx2' && required.sse.every((name) => has.includes(name)) ? 'set "sse"' : 'remove it';
  return `${set}, which takes ${required[baseline].join(', ')}, and this processor (${processor}) has no ${lacking.join(', ')}: ${lower} on all instances, or run on others.`;
}
