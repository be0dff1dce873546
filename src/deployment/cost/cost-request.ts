import type { HostingName, SizeName } from './hostings.js';

/** What is to be estimated: parameters of infra/main.bicep, and a job. */
export interface CostRequest {
  hosting: HostingName;
  instanceSize: SizeName;
  /** Instances that are always there. */
  minimumInstances: number;
  maximumInstances: number;
  tasksAtOnce: number;
  tasks: number;
  secondsPerTask: number;
  memoryGibPerTask: number;
  artifactMibPerTask: number;
  artifactsPerTask: number;
  jobsPerMonth: number;
  /** 0: kept for ever. */
  retentionDays: number;
}
