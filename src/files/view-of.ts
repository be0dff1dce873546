import { existsSync } from 'node:fs';
import { sep } from 'node:path';
import { type Trail, trailOf, whyClosed } from './trail-of.js';

/** One step by which a process comes to see other files than everybody else; python/cold_functions/own_view.py says what each is. */
export type ViewStep =
  | { cover: string }
  | { show: string; at: string; read_only: boolean }
  | { link: string; to: string };

/** A file or folder that a process needs. */
export interface Need {
  path: string;
  writes: boolean;
}

/** How a user that has no rights of its own gets to what it needs. */
export interface View {
  /** None where no closed folder stands above any of it. */
  steps: ViewStep[];
  /** What it does not get to without these steps, as the rest of a sentence; empty without any. */
  hidden: string;
  /** What it does not get to even so; empty when it gets to all. */
  why: string;
}

/**
 * Of folders that are closed to others, such a process is shown what it needs, each at its own path and nothing else: closed folders are covered, the
 * uppermost first, and what is needed is shown inside.
 */
export function viewOf(needs: Need[]): View {
  // Where Python looks for modules need not be there.
  const there = needs.filter(({ path, writes }) => writes || existsSync(path));
  const trails = there.map((need) => ({ ...need, ...trailOf(need.path) }));
  const why = trails.map(whyClosed).find((each) => each !== '') ?? '';
  const steps: ViewStep[] = [];
  for (const step of inOrder(trails)) if (isNeeded(step, steps)) steps.push(step);
  return { steps, hidden: hiddenIn(trails), why };
}

/** All that may have to be done, folders before what is in them. */
function inOrder(trails: (Need & Trail)[]): ViewStep[] {
  const writes = new Set(trails.filter((each) => each.writes).map(({ real }) => real));
  const shown = new Set(trails.map(({ real }) => real));
  const links = new Map(trails.flatMap((each) => each.links).map((each) => [each.link, each]));
  const steps: ViewStep[] = [
    ...[...new Set(trails.flatMap(({ closed }) => closed))].map((cover) => ({ cover })),
    ...links.values(),
    ...[...shown].map((path) => ({ show: path, at: path, read_only: !writes.has(path) })),
  ];
  return steps.sort((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));
}

function placeOf(step: ViewStep): string {
  const path = 'cover' in step ? step.cover : 'link' in step ? step.link : step.at;
  return path.endsWith(sep) ? path : path + sep;
}

/** In a covered folder there is nothing closed and nothing else; in one that is shown everything is there, as it is. */
function isNeeded(step: ViewStep, before: ViewStep[]): boolean {
  const around = before.findLast((each) => !('link' in each) && placeOf(step).startsWith(placeOf(each)));
  if (around === undefined) return 'cover' in step;
  if ('cover' in around) return !('cover' in step);
  if ('show' in step) return 'show' in around && around.read_only && !step.read_only;
  return 'cover' in step;
}

function hiddenIn(trails: Trail[]): string {
  const trail = trails.find(({ closed }) => closed.length > 0);
  if (trail === undefined) return '';
  const [folder] = trail.closed;
  return `${trail.real} is out of reach for other users, since ${folder} may be entered by its owner alone (chmod o+x ${folder})`;
}
