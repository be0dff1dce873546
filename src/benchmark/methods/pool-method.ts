import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { z } from 'zod';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import { measuredBy } from '../measured.js';
import type { Method } from '../method.js';
import { plainEnvironment } from '../plain-environment.js';
import { TaskFailed } from '../task-failed.js';
import { TaskReport } from '../task-report.js';

const Answer = z.object({
  id: z.number(),
  submitted_ns: z.number(),
  answered_ns: z.number(),
  error: z.string().optional(),
  report: TaskReport.nullish(),
});
type Answer = z.infer<typeof Answer>;

/** A pool of Python's own, below a process that hands tasks to it. Times are taken in that process. */
export function poolMethod(method: Omit<Method, 'open'>): Method {
  return {
    ...method,
    async open(workload, { folder, python, atOnce }) {
      const { bundle, environment } = workload;
      const driver = execa(
        environment.python,
        ['-u', join(python, 'pool_driver.py'), method.name, String(atOnce), bundle.path],
        {
          cwd: python,
          env: plainEnvironment(workload, folder),
          extendEnv: false,
          stdin: 'pipe',
          stderr: 'ignore', // of simulations
          buffer: false,
          reject: false,
        },
      );
      const waiting = new Map<number, (answer: Answer | undefined) => void>();
      createInterface(driver.stdout).on('line', (line) => {
        const answer = Answer.parse(JSON.parse(line));
        waiting.get(answer.id)?.(answer);
      });
      void driver.then(() => {
        for (const answered of waiting.values()) answered(undefined);
      });
      let last = 0;
      return {
        async run({ entrypoint, params, seed }, signal) {
          const id = ++last;
          const answer = await new Promise<Answer | undefined>((resolve) => {
            // A task whose process was killed is answered by no pool of Python's.
            const answerBy = AbortSignal.any([signal, AbortSignal.timeout(workload.timeoutMs)]);
            answerBy.addEventListener('abort', () => resolve(undefined), { once: true });
            waiting.set(id, resolve);
            driver.stdin.write(`${stringifyJson({ id, entrypoint, params: params.values, seed })}\n`);
          }).finally(() => waiting.delete(id));
          signal.throwIfAborted();
          if (!answer?.report)
            throw new TaskFailed(method.name, answer?.error ?? 'the pool gives no answer.');
          return measuredBy(answer.report, {
            handedOverNs: answer.submitted_ns,
            answeredNs: answer.answered_ns,
          });
        },
        async close() {
          driver.stdin.end();
          const kill = setTimeout(() => driver.kill('SIGKILL'), 5_000);
          await driver;
          clearTimeout(kill);
        },
      };
    },
  };
}
