import { z } from 'zod';
import { longestVariable } from '../environment/longest-variable.js';
import { jsonProblem } from '../json/json-problem.js';
import { stringifyJson } from '../json/stringify-json.js';
import { mustBe } from '../validation/must-be.js';

const longest = longestVariable - 'MODELOPS_TASK_CONFIG='.length;

/** Configuration for the simulation: any JSON object, 131,050 bytes long at most. Numbers keep their text. */
export const TaskConfig = z
  .record(z.string(), z.unknown(), mustBe('an object'))
  .superRefine((config, context) => {
    const problem = jsonProblem(config);
    if (problem)
      return context.addIssue({ code: 'custom', path: [...problem.path], message: problem.complaint });
    const bytes = Buffer.byteLength(stringifyJson(config));
    if (bytes <= longest) return;
    const message = `is ${bytes} bytes of JSON: it must be at most ${longest}, since the simulation reads it from an environment variable. Put what is larger into the bundle`;
    context.addIssue({ code: 'custom', path: [], message });
  });
