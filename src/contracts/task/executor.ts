import { z } from 'zod';

/** What an app or a message can ask for. */
export const ExecutorName = z.enum(['cold', 'isolated_warm', 'direct']);
export type ExecutorName = z.infer<typeof ExecutorName>;

/** What a task ran under. A bundle may ask to be forked instead of started anew: that is not cold. */
export const RunExecutor = z.enum([...ExecutorName.options, 'forkserver']);
export type RunExecutor = z.infer<typeof RunExecutor>;
