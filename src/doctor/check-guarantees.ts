import { access } from 'node:fs/promises';
import type { Check } from '../reporting/check.js';

/** What the operating system gives towards the promises of isolation; what does not hold here is said by name. */
export async function checkGuarantees(platform: NodeJS.Platform): Promise<Check[]> {
  if (platform === 'linux') {
    const procfs = await access('/proc/self/stat').then(
      () => true,
      () => false,
    );
    return procfs
      ? [
          {
            name: 'Process trees',
            state: 'ok',
            found: 'whole: orphans are adopted and killed, and nothing outlives its worker',
          },
          {
            name: 'Attestation',
            state: 'ok',
            found: "start times in the kernel's own ticks, boot id and pid namespace",
          },
        ]
      : [
          {
            name: 'Process trees',
            state: 'missing',
            found: '/proc is not mounted: mount it, or run outside this sandbox',
          },
        ];
  }
  if (platform === 'darwin') {
    const limited = (name: string, found: string): Check => ({ name, state: 'limited', found });
    return [
      limited(
        'Process trees',
        'a process that leaves its group and loses its parent between two looks is not found (no sub-reaper on macOS)',
      ),
      limited(
        'Dead workers',
        'a runner does not end with a supervisor that was killed (no parent-death signal on macOS)',
      ),
      limited('Memory limit', 'looked at four times a second; a quick peak can pass it unseen'),
      limited('Attestation', 'start times in seconds, no pid namespace'),
    ];
  }
  return [
    {
      name: 'System',
      state: 'missing',
      found: `${platform} is not supported: use Linux (WSL on Windows) or macOS`,
    },
  ];
}
