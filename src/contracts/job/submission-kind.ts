import { ContractViolation } from '../validation/contract-violation.js';

/** Which of ModelOps' files this is, by the marks that ModelOps itself goes by. */
export function submissionKind(file: Record<string, unknown>): 'job' | 'study' | 'calibration' {
  if ('job_type' in file) return ofJob(file.job_type);
  if ('kind' in file) return ofSpec(file.kind);
  if ('algorithm' in file) return 'calibration';
  if ('tasks' in file || 'batches' in file) return 'job';
  if ('parameter_sets' in file) return 'study';
  if ('target_data' in file) return 'calibration';
  if ('sampling_method' in file) return 'study';
  if ('max_iterations' in file && 'algorithm_config' in file) return 'calibration';
  throw new ContractViolation(
    [],
    'is neither a job nor a study: a job has "tasks", a study has "parameter_sets"',
    'The file',
  );
}

function ofJob(type: unknown): 'job' | 'calibration' {
  if (type === 'simulation') return 'job';
  if (type === 'calibration') return 'calibration';
  throw new ContractViolation(['job_type'], 'must be "simulation"', 'The file');
}

function ofSpec(kind: unknown): 'study' | 'calibration' {
  if (kind === 'SimulationStudy') return 'study';
  if (kind === 'CalibrationSpec') return 'calibration';
  throw new ContractViolation(['kind'], 'must be "SimulationStudy"', 'The file');
}
