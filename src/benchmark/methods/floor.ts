import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Method } from '../method.js';
import { plainEnvironment } from '../plain-environment.js';
import { TaskFailed } from '../task-failed.js';

/** After the imports: when that was, which process this is, and the most memory that it had. */
const tell = `
import time
print(time.monotonic_ns())
try:
    for name in "stat", "status":
        with open("/proc/self/" + name, errors="replace") as file: print(file.read())
except OSError: pass
`;

export const floor: Method = {
  name: 'floor',
  isolates: true,
  about: 'python -I -c "import …", and nothing else: no task is run',
  async open(workload, { folder }) {
    const { bundle, environment, timeoutMs } = workload;
    const imports =
      workload.imports ??
      `import os, sys; os.chdir(${JSON.stringify(bundle.path)}); sys.path.insert(0, os.getcwd()); import mops_cold_bench_wire`;
    const env = plainEnvironment(workload, folder);
    return {
      async run(_, signal) {
        const handedOverNs = process.hrtime.bigint();
        const running = promisify(execFile)(environment.python, ['-I', '-c', imports + tell], {
          env,
          timeout: timeoutMs,
          signal,
        });
        const { stdout } = await running.catch((error: Error) => {
          throw signal.aborted ? signal.reason : new TaskFailed('floor', error.message);
        });
        const answeredNs = process.hrtime.bigint();
        // What an import prints comes first.
        const told = /^(\d+)\n(?:\d+ \(.*\) (.*)\n[\s\S]*^VmHWM:\s*(\d+))?/m.exec(stdout);
        if (!told) throw new TaskFailed('floor', 'it does not tell when its imports were done.');
        const [, importedNs = '', stat = '', peakKib = ''] = told;
        return {
          handoverMs: Number(BigInt(importedNs) - handedOverNs) / 1e6,
          overheadMs: Number(answeredNs - handedOverNs) / 1e6,
          process: `${running.child.pid} ${stat.split(' ')[19] ?? importedNs}`,
          clean: undefined,
          peakBytes: Number(peakKib) * 1024,
        };
      },
      close: async () => undefined,
    };
  },
};
