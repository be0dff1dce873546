import { execa } from 'execa';
import { z } from 'zod';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import { measuredBy } from '../measured.js';
import type { Method } from '../method.js';
import { plainEnvironment } from '../plain-environment.js';
import { TaskFailed } from '../task-failed.js';
import { reportOutput, TaskReport } from '../task-report.js';

const Answer = z.union([
  z.object({ outputs: z.record(z.string(), z.object({ inline: z.base64() })) }),
  z.object({ _fatal_error: z.object({ type: z.string(), error: z.string() }) }),
]);

export const seed: Method = {
  name: 'seed',
  isolates: true,
  about: "the seed's way: python -m runner --task-json, outputs as base64 in a JSON document on stdout",
  async open(workload, { folder, python }) {
    const { bundle, environment, timeoutMs } = workload;
    const env = plainEnvironment(workload, folder);
    return {
      async run({ entrypoint, params, seed }, cancelSignal) {
        const task = stringifyJson({ bundle: bundle.path, entrypoint, params: params.values, seed });
        const handedOverNs = Number(process.hrtime.bigint());
        const ended = await execa(environment.python, ['-u', '-m', 'runner', '--task-json', task], {
          cwd: python,
          env,
          extendEnv: false,
          stdin: 'ignore',
          reject: false,
          timeout: timeoutMs,
          cancelSignal,
          maxBuffer: 1024 ** 3,
        });
        cancelSignal.throwIfAborted();
        const answer = readAnswer(ended.stdout);
        const answeredNs = Number(process.hrtime.bigint());
        if (!answer) throw new TaskFailed('seed', ended.shortMessage ?? 'it says nothing.', ended.stderr);
        if ('_fatal_error' in answer) {
          const { type, error } = answer._fatal_error;
          throw new TaskFailed('seed', `${type}: ${error}`, ended.stderr);
        }
        const report = Buffer.from(answer.outputs[reportOutput]?.inline ?? '', 'base64').toString();
        return measuredBy(TaskReport.parse(JSON.parse(report)), { handedOverNs, answeredNs });
      },
      close: async () => undefined,
    };
  },
};

function readAnswer(stdout: string): z.infer<typeof Answer> | undefined {
  try {
    return Answer.parse(JSON.parse(stdout));
  } catch {
    return undefined; // it died, or something else wrote into its document
  }
}
