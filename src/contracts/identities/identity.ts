import { z } from 'zod';

/** A task_id or result_key: 32 hex digits. */
export const Identity = z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits');
