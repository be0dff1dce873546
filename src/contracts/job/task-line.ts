import { z } from 'zod';
import { TaskMessage } from '../message/task-message.js';

const Hex128 = z.string().regex(/^[0-9a-f]{32}$/);

/**
 * One line of a job's `tasks.jsonl`: a task, its names, and the message that is sent for it (each run adds its name and its trace).
 * `result_key` is always the one under `cold`: where another executor ran the task, its result has another key.
 */
export const TaskLine = z.object({ task_id: Hex128, result_key: Hex128, message: TaskMessage });
export type TaskLine = z.infer<typeof TaskLine>;
