import { readFile } from 'node:fs/promises';
import { arch, cpus } from 'node:os';
import type { Machine } from '../../contracts/result/machine.js';

const numerical = /^(?:sse4_[12]|avx\w*|f16c|fma4?|amx_\w+|asimd\w*|sve\w*)$/;
let told: Promise<Machine> | undefined;

/** Read once: a machine does not change under a worker. */
export function thisMachine(): Promise<Machine> {
  told ??= readFile('/proc/cpuinfo', 'utf8').then(
    (text) => machineOf(text),
    () => machineOf(''), // not Linux
  );
  return told;
}

/** @param cpuinfo what Linux says of its processors, x86 or ARM; of which the first stands for all */
export function machineOf(cpuinfo: string): Machine {
  const said = (name: string) => new RegExp(`^${name}\\s*: *(.*)$`, 'm').exec(cpuinfo)?.[1] ?? '';
  const sets = (said('flags') || said('Features')).split(' ').filter((name) => numerical.test(name));
  return {
    processor: said('model name') || arm(said) || cpus()[0]?.model || arch(),
    instruction_sets: [...new Set(sets)].sort(),
  };
}

/** ARM's processors have numbers instead of names. */
function arm(said: (name: string) => string): string {
  const [implementer, part] = [said('CPU implementer'), said('CPU part')];
  return implementer && part ? `ARM implementer ${implementer} part ${part}` : '';
}
