import type { Role } from '../instance/processes-of.js';
import type { Fault, Victims } from './fault.js';
import { pause } from './pause.js';
import { signalProcess } from './signal-process.js';

const roles: Role[] = ['host', 'worker', 'supervisor', 'guardian', 'runner'];

async function victim({ random, instances }: Victims, role: Role) {
  const instance = random.pick(instances);
  const those = (await instance.processes()).filter((one) => one.role === role);
  return those.length === 0 ? undefined : { ...random.pick(those), instance: instance.name };
}

/** kill -9 and SIGSTOP of each kind of process. */
export const processFaults: Fault[] = roles.flatMap((role): Fault[] => [
  {
    name: `kill-${role}`,
    async inject(victims) {
      const found = await victim(victims, role);
      if (found === undefined || !signalProcess(found.pid, 'SIGKILL')) return undefined;
      return `killed ${role} ${found.pid} of ${found.instance}`;
    },
    // What runs a task may be killed by its task as well, and nobody can tell: that is an outcome, never tried again.
    excuses: ({ outcome, error_details: details }) =>
      role === 'runner' ? outcome === 'crashed' && details?.signal === 'SIGKILL' : outcome === 'given-up',
  },
  {
    name: `stop-${role}`,
    doubles: true,
    async inject(victims) {
      const { random, calm, scale } = victims;
      const found = await victim(victims, role);
      const ms = random.between(500, 9_000) * scale;
      if (found === undefined || !signalProcess(found.pid, 'SIGSTOP')) return undefined;
      await pause(ms, calm);
      signalProcess(found.pid, 'SIGCONT');
      return `stopped ${role} ${found.pid} of ${found.instance} for ${Math.round(ms)} ms`;
    },
  },
]);
