import { z } from 'zod';

/** What of a machine decides which variant of their code numerical libraries run. */
export const Machine = z.object({
  /** As the processor calls itself. */
  processor: z.string(),
  /** Those that such libraries look for, in the kernel's words: `avx2`, `avx512f`, `fma`, `asimd`; empty where the kernel does not say. */
  instruction_sets: z.array(z.string()),
});
export type Machine = z.infer<typeof Machine>;
