import type { StorageRequests } from './task-requests.js';

/** What Azure counts. */
export interface Usage extends StorageRequests {
  vcpuSeconds: number;
  memoryGibSeconds: number;
  storedGibMonths: number;
}
