import { tmpdir, userInfo } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { z } from 'zod';
import { StorageName } from '../azure-backend/azure-backend.js';
import { parseRegistry } from '../contracts/bundle/registry-address.js';
import { CpuBaseline } from '../contracts/environment/cpu-baseline.js';
import { ExecutorName } from '../contracts/task/executor.js';
import { PassedNames } from './passed-names.js';
import { UserRange } from './user-range.js';

const whole = (minimum: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().int().min(minimum).max(Number.MAX_SAFE_INTEGER));

const number = (text: string, minimum = 0) => whole(minimum).prefault(text);

const flag = () =>
  z
    .string()
    .regex(/^(true|false|yes|no|1|0)$/i, 'must be true or false')
    .prefault('false')
    .transform((text) => /^(true|yes|1)$/i.test(text));

const folder = (name: string) =>
  z
    .string()
    .min(1)
    .prefault(join(tmpdir(), `mops-cold-${userInfo().uid}`, name))
    .transform((path) => resolve(path));

const poison = '-poison';
const longestQueueName = 63 - '-jobs'.length - poison.length;
/** For another name the host keeps no poison queue: what it gives up would be lost, or come back for ever. */
const QueueName = StorageName.refine(
  (name) => name.length <= longestQueueName && !name.endsWith(poison),
  `must have at most ${longestQueueName} characters, for -jobs and ${poison} are added to name the other queues, and not end with ${poison}`,
);

function asRegistry(text: string, context: z.RefinementCtx): void {
  try {
    parseRegistry(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
  }
}

/** Build backends, which are code of strangers, could read a password in it, and logs repeat it. */
const IndexUrl = z.string().refine((text) => {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^(https?|file):$/.test(protocol) && username === '' && password === '';
}, 'must be an address (https://…) without user and password: those belong into MODELOPS_BUILD_SECRET_<any name>, or the file that NETRC names');

/** Every setting that the app honours, as it stands in the environment. */
export const Settings = z.object({
  MODELOPS_EXECUTOR_TYPE: ExecutorName.prefault('cold').describe(
    'How tasks run: `cold` (a fresh process for each), `isolated_warm` (processes are reused), `direct` (one process for everything; tests only).',
  ),
  MODELOPS_EXECUTOR: ExecutorName.optional().describe('Another name for MODELOPS_EXECUTOR_TYPE.'),
  MODELOPS_PYTHON: z
    .string()
    .min(1)
    .prefault('python3')
    .describe('Python interpreter: a path, a name on PATH, or the folder of a virtual environment.'),
  MODELOPS_TASK_TIMEOUT_SECONDS: number('3600', 1).describe(
    'Longest time a task may run. Must be below functionTimeout in host.json.',
  ),
  MODELOPS_MEM_LIMIT_BYTES: whole(1)
    .optional()
    .describe(
      "Resident memory a task's whole process tree may take. Default: 80 % of the container's memory, divided by the tasks at once.",
    ),
  MODELOPS_THREADS_PER_TASK: number('1', 1).describe(
    'Threads that numerical libraries (OpenMP, BLAS, numba, Rayon, JAX and others) may use in a task whose bundle does not say. Results of another count are other results.',
  ),
  MODELOPS_FIXED_ADDRESSES: flag().describe(
    'Tasks run without address randomisation: the kernel has no part any more in what is ordered by address (sets of objects without a `__hash__`); what was allocated before still has. Linux, where the container allows it; elsewhere tasks fail and say so. Results with it are other results.',
  ),
  MODELOPS_CPU_BASELINE: CpuBaseline.prefault('native').describe(
    'The instruction sets that numerical libraries (numpy, OpenBLAS, MKL, PyTorch, oneDNN, numba, Arrow, glibc) use, so that instances of different processors agree: `native`, all that each has; `avx2`, those of x86-64-v3; `sse`, those of x86-64-v2. A machine that does not reach it runs no tasks. Results of another one are other results.',
  ),
  MODELOPS_SANDBOX_UIDS: UserRange.prefault('60800-61055').describe(
    "The users (numbers, first-last) as which simulations run where the app may change user, as root may: each process as one of its own, with the group of the same number. They must be nobody else's. `none`: all run as the app's user.",
  ),
  MODELOPS_REQUIRE_SANDBOX: flag().describe(
    "Simulations run as users of their own, or not at all: where that cannot be had, every task is `environment-failed`, and says why. Without it they run as the app's user there, which `doctor`, health and the attestation of each result tell. The same holds for code of bundles and packages that builds an environment.",
  ),
  MODELOPS_SANDBOX_MAX_PROCESSES: number('1024', 1).describe(
    'Processes and threads that a simulation may have at once, where it has a user of its own.',
  ),
  MODELOPS_SANDBOX_MAX_FILE_BYTES: number(String(64 * 1024 ** 3), 1).describe(
    'Size of the largest file that a simulation may make, where it has a user of its own.',
  ),
  MODELOPS_TASK_ENV_PASS: PassedNames.optional().describe(
    "Names of the app's own environment variables that every task gets, separated by commas, as in `SUMO_HOME,LM_LICENSE_FILE`. None of the app's credentials may be among them. What they say is no part of a result's name.",
  ),
  MODELOPS_STANDBY_RUNNERS: whole(0)
    .optional()
    .describe(
      'Processes that are started ahead (or forked), each for one task that runs cold (or forked). Default: one for each task at a time; 0 = none.',
    ),
  MODELOPS_MAX_PROCESS_REUSE: number('1000', 1).describe(
    'isolated_warm: tasks after which a process is retired.',
  ),
  MODELOPS_WARM_GUARD: z
    .string()
    .regex(/^(?:0|(?:100|\d{1,2}(?:\.\d+)?) ?%)$/, 'must be a share of the tasks, as 1%')
    .prefault('0')
    .transform((text) => Number.parseFloat(text))
    .describe(
      'isolated_warm, and bundles that are forked: this share of the tasks, as 1%, runs in a fresh process as well. Where the answers differ, the bundle runs cold from then on, and that is told. Not checked are tasks of which three more runs would not fit into functionTimeout of host.json, nor those that are delivered again.',
    ),
  MODELOPS_PROCESS_TTL: number('3600', 1).describe(
    'isolated_warm: seconds after which a process is retired.',
  ),
  MODELOPS_MAX_WARM_PROCESSES: number('128', 1).describe('isolated_warm: most processes kept at once.'),
  MODELOPS_RECYCLE_AFTER_TASKS: number('50').describe(
    'Tasks after which the Node worker is replaced: 1 = after each, 0 = never.',
  ),
  MODELOPS_RECYCLE_AFTER_MINUTES: number('60').describe(
    'Minutes after which the Node worker is replaced: 0 = never.',
  ),
  MODELOPS_QUEUE_NAME: QueueName.prefault('simulation-tasks').describe(
    'Queue of the tasks: a name of at most 51 characters that does not end with `-poison`.',
  ),
  MODELOPS_QUEUE_WINDOW: number('2000', 1).describe(
    'Messages that the queue of the tasks has at most while the app sends those of jobs of more than 500 tasks.',
  ),
  MODELOPS_JOB_TABLES_BYTES: number(String(512 * 1024 ** 2)).describe(
    'The app makes the tables of a job when it has ended, which `mops-cold results` then only fetches, where its outputs have no more bytes than this; 0 = never.',
  ),
  MODELOPS_QUEUE_CONNECTION: z
    .string()
    .min(1)
    .prefault('AzureWebJobsStorage')
    .describe("Name of the setting that holds the queue's connection, as in any Azure Functions binding."),
  AZURE_STORAGE_CONNECTION_STRING: z
    .string()
    .refine(
      (text) => /UseDevelopmentStorage=true|AccountName=[^;]+|BlobEndpoint=https?:\/\//i.test(text),
      'is no connection string: it must look like DefaultEndpointsProtocol=https;AccountName=…;AccountKey=…',
    )
    .optional()
    .describe('azure_backend: connection string of the storage account.'),
  MODELOPS_AZURE_STORAGE_ACCOUNT: z
    .string()
    .regex(
      /^([a-z0-9]{3,24}|https?:\/\/[^\s/]+(\/[^\s/]*)?)$/,
      'must be the name of a storage account (3 to 24 lower-case letters and digits) or the URL of its Blob service',
    )
    .optional()
    .describe('azure_backend without a key: name or Blob URL of the account, reached by managed identity.'),
  AZURE_CLIENT_ID: z.string().min(1).optional().describe('Client id of a user-assigned managed identity.'),
  MODELOPS_AZURE_CONTAINER: StorageName.prefault('results').describe(
    'azure_backend: container of the results.',
  ),
  MODELOPS_JOBS_CONTAINER: StorageName.prefault('jobs').describe('Container of jobs, outcomes and logs.'),
  MODELOPS_BUNDLE_SOURCE: z
    .enum(['oci', 'blob', 'file'])
    .optional()
    .describe(
      'Where bundles are kept: `oci` (a registry), `blob` (a container of the azure_backend), `file` (a folder). Default: `oci` when MODELOPS_BUNDLE_REGISTRY is set, `file` when MODELOPS_BUNDLES_DIR is, otherwise `blob`.',
    ),
  MODELOPS_BUNDLE_REGISTRY: z
    .string()
    .superRefine(asRegistry)
    .optional()
    .describe('oci: host[:port] of the registry, with the path below which its repositories are.'),
  MODELOPS_BUNDLE_INSECURE: flag().describe('oci: reach the registry by plain HTTP.'),
  REGISTRY_USERNAME: z
    .string()
    .min(1)
    .optional()
    .describe(
      "oci: user of the registry. Without it, Docker's own credentials and the managed identity are tried.",
    ),
  REGISTRY_PASSWORD: z.string().min(1).optional().describe('oci: password of that user.'),
  MODELOPS_BUNDLES_CONTAINER: StorageName.prefault('bundles').describe('blob: container of the bundles.'),
  MODELOPS_BUNDLES_DIR: z
    .string()
    .min(1)
    .transform((path) => resolve(path))
    .optional()
    .describe('file: folder of the bundles, an OCI image layout or plain folders.'),
  MODELOPS_BUNDLES_CACHE_DIR: folder('cache').describe('Where bundles are kept unpacked on this machine.'),
  MODELOPS_BUNDLES_CACHE_BYTES: number(String(10 * 1024 ** 3), 1).describe(
    'What the cache may hold. The bundle used longest ago makes room; one in use never does.',
  ),
  MODELOPS_ENVIRONMENTS: z
    .enum(['build', 'installed'])
    .prefault('build')
    .describe(
      'What a bundle runs in that declares packages: `build` (an environment of these alone, built when it is first needed), `installed` (MODELOPS_PYTHON, or what is ready below MODELOPS_VENVS_DIR, which must have them; nothing is built).',
    ),
  MODELOPS_VENVS_DIR: folder('venvs').describe(
    'Where environments of bundles are built and kept, each in a folder named for its id.',
  ),
  MODELOPS_VENVS_BYTES: number(String(10 * 1024 ** 3), 1).describe(
    'What environments may take on the disk. The one used longest ago makes room; one that a living worker has used never does. A build that writes more is ended.',
  ),
  MODELOPS_FORCE_FRESH_VENV: flag().describe(
    'Each worker builds every environment anew when it first needs it. For one worker at a time: what another one runs loses its environment.',
  ),
  MODELOPS_PYTHONS: z
    .string()
    .transform((text) => text.split(delimiter).filter((path) => path !== ''))
    .optional()
    .describe(
      'Interpreters that environments are made with where MODELOPS_PYTHON does not fit: paths, or folders of virtual environments, separated by colons. Default: what is called `python3.<n>` beside it, on PATH, and where pyenv and uv keep theirs. None is ever downloaded.',
    ),
  MODELOPS_UV: z
    .string()
    .min(1)
    .optional()
    .describe(
      'uv, which builds environments: a path, or a name on PATH. Default: `uv` on PATH, or `python -m uv`; where there is none, pip, which is slower.',
    ),
  MODELOPS_INDEX_URL: IndexUrl.optional().describe(
    'Package index (PEP 503) that environments are built from. Default: PyPI, or what uv.toml or pip.conf of the machine say. A uv.lock names its own.',
  ),
  MODELOPS_EXTRA_INDEX_URLS: z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter((url) => url !== ''))
    .pipe(z.array(IndexUrl))
    .optional()
    .describe('Further package indexes, separated by spaces or commas.'),
  MODELOPS_SCRATCH_DIR: folder('scratch').describe('Where tasks have their private folders while they run.'),
  MODELOPS_TELEMETRY_VALUES: flag().describe(
    "Whether telemetry tells parameter values, seeds, scenarios and what a simulation's errors say. Without it none of these leaves the app that way.",
  ),
  MODELOPS_ENV: z.string().optional().describe('Name of the deployment; `direct` is allowed only in `test`.'),
});
export type Settings = z.infer<typeof Settings>;

/** ModelOps' own settings that have no meaning here. They are named at start and in health, and change nothing. */
export const settingsWithoutEffect: Record<string, string> = {
  MODELOPS_RPC_TIMEOUT_SECONDS: 'use MODELOPS_TASK_TIMEOUT_SECONDS',
  MODELOPS_UPLOAD_TO_AZURE: 'results always go to Blob storage',
  MODELOPS_DISABLE_PROVENANCE: 'every result is stored',
  MODELOPS_PROVENANCE_DIR: 'results are stored in Blob storage',
  MODELOPS_STORAGE_DIR: 'results are stored in Blob storage',
  MODELOPS_VALIDATE_DEPS: 'what a bundle declares is always checked',
  MODELOPS_INLINE_ARTIFACT_MAX_BYTES: 'artifacts are always references to blobs',
  MODELOPS_LOG_LEVEL: 'use logging in host.json',
  MODELOPS_JOB_ID: 'the job is named by each message',
  MODELOPS_RUNNER_TAG: 'there is one kind of runner',
};
