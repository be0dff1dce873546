import type { Fault } from './fault.js';
import { machineFaults } from './machine-faults.js';
import { messageFaults } from './message-faults.js';
import { processFaults } from './process-faults.js';
import { storageFaults } from './storage-faults.js';

export const allFaults: Fault[] = [...processFaults, ...storageFaults, ...messageFaults, ...machineFaults];
