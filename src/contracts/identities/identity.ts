import { z } from 'zod';
import { mustBe } from '../validation/must-be.js';

const form = mustBe('32 hex digits');

/** A task_id or result_key: 32 hex digits. */
export const Identity = z.string(form).regex(/^[0-9a-f]{32}$/, form);
