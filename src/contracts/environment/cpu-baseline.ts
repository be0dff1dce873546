import { z } from 'zod';

/**
 * The instruction sets that numerical libraries use, so that the same code answers the same on processors that differ:
 * `native`, all that the machine has; `avx2`, at most those of x86-64-v3; `sse`, at most those of x86-64-v2.
 */
export const CpuBaseline = z.enum(['native', 'avx2', 'sse']);
export type CpuBaseline = z.infer<typeof CpuBaseline>;
