import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { paramId } from '../../contracts/identities/param-id.js';
import { EnvironmentFailed } from '../../simulation/environment-failed.js';
import type { KeptFolders, MadeOfBundle, RunReport, Stored } from '../../simulation/ports.js';
import { createBackground } from '../background.js';
import { removeFolder } from '../place/remove-folder.js';
import { unlessAborted } from '../unless-aborted.js';
import { type KeptWarmUps, keptWarmUps } from './kept-warm-ups.js';
import type { WarmedRequest, WarmUp } from './warm-up.js';

/** Runs one task in a process of its own, started for it. */
export type RunAlone = (request: WarmedRequest, signal: AbortSignal) => Promise<RunReport>;

export interface WarmUps {
  /**
   * What the warm-up of a task's bundle has left; it runs when no task of this bundle came here before. All tasks that come
   * meanwhile wait for the one.
   *
   * @param signal aborted: it is not waited for any longer, and goes on for the others
   * @returns undefined when the bundle names none
   * @throws EnvironmentFailed when it failed, in the ten minutes after that at once
   */
  of(request: WarmedRequest, signal: AbortSignal): Promise<WarmUp | undefined>;
  /** Keeps it for machines that lack it, unless it is kept; undefined when the bundle names none, or nothing is kept here. */
  keep(request: WarmedRequest, options: { again: boolean }, signal: AbortSignal): Promise<Stored | undefined>;
  /** Ends what runs. */
  close(): Promise<void>;
}

const names = ['bundle', 'home'];
const failureRememberedMs = 10 * 60_000;

/** @param elsewhere where other machines have kept what their warm-ups left */
export function createWarmUps(scratchRoot: string, runAlone: RunAlone, elsewhere?: KeptFolders): WarmUps {
  const kept: KeptWarmUps = keptWarmUps(scratchRoot);
  const known = new Map<string, Promise<WarmUp>>();
  const closing = new AbortController();
  const running = createBackground('Cannot end a warm-up');

  return { of, keep, close };

  async function of(request: WarmedRequest, signal: AbortSignal): Promise<WarmUp | undefined> {
    if (request.bundle.metadata.warm_up === undefined || request.check !== undefined) return undefined;
    const key = keyOf(request);
    let warmUp = known.get(key);
    if (warmUp === undefined) {
      warmUp = make(key, request);
      known.set(key, warmUp);
      const made = warmUp;
      running.begin(() => made.catch((error: unknown) => forget(key, error)));
    }
    await unlessAborted(warmUp, signal);
    const there = await kept.find(key);
    if (there) return there;
    // Another worker has removed what nobody had used for long.
    known.delete(key);
    return of(request, signal);
  }

  async function keep(
    request: WarmedRequest,
    options: { again: boolean },
    signal: AbortSignal,
  ): Promise<Stored | undefined> {
    const warmUp = elsewhere && (await of(request, signal));
    if (warmUp === undefined) return undefined;
    const folders = { root: dirname(warmUp.bundle), names };
    return elsewhere?.keep(madeOf(request), folders, options);
  }

  async function close(): Promise<void> {
    closing.abort();
    await running.settled();
  }

  async function make(key: string, request: WarmedRequest): Promise<WarmUp> {
    const there = await kept.find(key);
    if (there) return there;
    const fetched = await fetch(key, request);
    if (fetched) return fetched;
    const report = await runAlone(warmUpRequest(request), closing.signal);
    try {
      closing.signal.throwIfAborted();
      if (report.outcome !== 'succeeded') throw failed(report);
      const folder = dirname(report.log.path);
      const user = report.attestation?.boundary?.user ?? undefined;
      return await kept.keep(key, { bundle: join(folder, 'bundle'), home: join(folder, 'home') }, user);
    } finally {
      await report.dispose();
    }
  }

  async function fetch(key: string, request: WarmedRequest): Promise<WarmUp | undefined> {
    const into = kept.unfinished();
    try {
      if (!(await elsewhere?.fetch(madeOf(request), into))) return undefined;
      return await kept.keep(key, { bundle: join(into, 'bundle'), home: join(into, 'home') });
    } finally {
      await removeFolder(into);
    }
  }

  /** What failed by itself fails again; trouble of this machine may be over with the next task. */
  function forget(key: string, error: unknown): void {
    if (!(error instanceof EnvironmentFailed)) known.delete(key);
    else setTimeout(() => known.delete(key), failureRememberedMs).unref();
  }
}

/** All that decides what it leaves. */
function keyOf({ bundle, environment, cpuBaseline = 'native' }: WarmedRequest): string {
  const held = cpuBaseline === 'native' ? [] : [cpuBaseline];
  return JSON.stringify([bundle.digest, environment.python, environment.version, ...held]);
}

/** The same on every machine. */
function madeOf({ bundle, environment, cpuBaseline = 'native' }: WarmedRequest): MadeOfBundle {
  const held = cpuBaseline === 'native' ? '' : `, held to ${cpuBaseline}`;
  const from = environment.builtBundle?.digest;
  return { what: `its warm-up${held}`, ...(from !== undefined && { from }), bundle, environment };
}

function warmUpRequest({ check: _, onLog: __, task, bundle, ...request }: WarmedRequest): WarmedRequest {
  const { warm_up: named, ...metadata } = bundle.metadata;
  const { entrypoint = task.entrypoint, params: values = {} } = named ?? {};
  return {
    ...request,
    attempt: `warm-up-${randomUUID()}`,
    executor: 'cold',
    bundle: { ...bundle, metadata },
    task: {
      bundle_ref: task.bundle_ref,
      entrypoint,
      params: { param_id: paramId(values), values },
      seed: 0n,
    },
  };
}

function failed({ outcome, reason, error }: RunReport): EnvironmentFailed {
  const where = error?.traceback
    ? ` ${error.traceback.trimEnd().split('\n').slice(-3).join(' ').trim()}`
    : '';
  return new EnvironmentFailed(
    `The warm-up that the bundle names (warm_up in its metadata) ended as ${outcome}: ${reason}${where} Its tasks run when it succeeds: correct it, or leave warm_up out.`,
  );
}
