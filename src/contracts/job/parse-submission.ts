import { parseApart } from '../json/parse-apart.js';
import { ContractViolation } from '../validation/contract-violation.js';
import { readJob } from './read-job.js';
import { readStudy } from './read-study.js';
import type { Submission } from './submission.js';
import { submissionKind } from './submission-kind.js';

/**
 * Reads a job file or a study file of ModelOps.
 *
 * @param bundleRef the bundle to run with: a study needs it, a job may name the same one itself
 * @throws ContractViolation naming the field
 */
export function parseSubmission(text: string, bundleRef?: string): Submission {
  const { rest: file, items } = parseApart(
    text.replace(/^\uFEFF/, ''),
    ['tasks', 'parameter_sets'],
    'The file',
  );
  if (typeof file !== 'object' || file === null || Array.isArray(file)) {
    throw new ContractViolation([], 'must hold an object, a job or a study', 'The file');
  }
  switch (submissionKind(file as Record<string, unknown>)) {
    case 'job':
      return readJob(file, items, bundleRef);
    case 'study':
      return readStudy(file, items, bundleRef);
    case 'calibration':
      throw new ContractViolation(
        [],
        'is a calibration, which draws new parameters from earlier results and cannot run here: submit the parameter sets of each round as a study',
        'The file',
      );
  }
}
