import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../../../src/package/package-root.js';

const reuse = join(packageRoot, 'src', 'diagnosis', 'python', 'reuse.py');

export interface ReuseRequest {
  /** The bundle's folder, which is copied. */
  folder: string;
  entrypoint?: string;
  tasks: { params: Record<string, unknown>; seed: number }[];
  python?: string;
  [field: string]: unknown;
}

export interface ReuseEvent {
  task: number;
  outcome: { kind: 'completed' | 'raised'; error?: { type: string; message: string; traceback: string } };
  /** Text of each output, by name. */
  outputs: Record<string, string>;
  changes?: ReuseChange[];
  unseen?: string[];
  not_restored?: Record<string, string>;
}

export interface ReuseChange {
  key: string;
  kind: 'native' | 'heap' | 'python' | 'process';
  library: string | null;
  section: string | null;
  symbol: string | null;
  source: string | null;
  before: string | null;
  after: string | null;
  restorable: boolean;
}

/** Runs tasks of a bundle in one process, in a working copy of its own that is removed afterwards. */
export async function runReuse({
  folder,
  python = 'python3',
  ...request
}: ReuseRequest): Promise<{ events: ReuseEvent[]; exitCode: number | undefined; stderr: string }> {
  const scratch = await mkdtemp(join(tmpdir(), 'reuse-test-'));
  try {
    const [bundle, home, temporary] = ['bundle', 'home', 'tmp'].map((name) => join(scratch, name)) as [
      string,
      string,
      string,
    ];
    await cp(folder, bundle, { recursive: true });
    for (const place of [home, temporary]) await mkdir(place);
    const outputs = join(scratch, 'outputs');
    const file = join(scratch, 'request.json');
    await writeFile(file, JSON.stringify({ entrypoint: 'model/run', ...request, bundle, outputs }));
    const ran = await execa(python, ['-s', '-u', reuse, file], {
      env: { PATH: process.env.PATH, HOME: home, TMPDIR: temporary, PYTHONHASHSEED: '0' },
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      timeout: 60_000,
    });
    const events: ReuseEvent[] = [];
    const lines = await readFile(join(outputs, 'events.jsonl'), 'utf8').catch(() => '');
    for (const line of lines.split('\n').filter(Boolean)) {
      const event: Omit<ReuseEvent, 'outputs'> & { outputs: string[] } = JSON.parse(line);
      const written = event.outputs.length > 0 ? await readdir(join(outputs, String(event.task))) : [];
      const texts = written.map(
        async (name) => [name, await readFile(join(outputs, String(event.task), name), 'utf8')] as const,
      );
      events.push({ ...event, outputs: Object.fromEntries(await Promise.all(texts)) });
    }
    return { events, exitCode: ran.exitCode, stderr: ran.stderr };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
