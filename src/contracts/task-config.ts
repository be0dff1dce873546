import { z } from 'zod';
import { jsonProblem } from './json-problem.js';
import { mustBe } from './must-be.js';

/** Configuration for the simulation: any JSON object. Numbers keep their text. */
export const TaskConfig = z
  .record(z.string(), z.unknown(), mustBe('an object'))
  .superRefine((config, context) => {
    const problem = jsonProblem(config);
    if (problem) context.addIssue({ code: 'custom', path: [...problem.path], message: problem.complaint });
  });
