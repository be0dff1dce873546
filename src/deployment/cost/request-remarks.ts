import type { CostRequest } from './cost-request.js';
import { hostings } from './hostings.js';

/** What a person may have overlooked in what is estimated. */
export function requestRemarks({ hosting, instanceSize, tasksAtOnce }: CostRequest): string[] {
  const { vcpus } = hostings[hosting].sizes[instanceSize];
  if (tasksAtOnce <= vcpus) return [];
  return [
    `${tasksAtOnce} tasks at once share ${vcpus} vCPU: --seconds must be what a task takes in such company.`,
  ];
}
