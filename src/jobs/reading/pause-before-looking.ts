/** Between two looks at a run, milliseconds. */
const [shortest, longest] = [500, 30_000];
/** A pause is at least so many times as long as the look before it. */
const shareOfLooking = 5;

/** What a run looked like, and what it took to look. */
export interface Look {
  /** Since the watching began, in milliseconds. */
  atMs: number;
  ended: number;
  pending: number;
  tookMs: number;
}

/**
 * How long to wait before the next look at a run: a twentieth of the time that it still takes, or, while nothing ends, of the time that this has been so; never
 * so short that looking takes more than a sixth of the time.
 */
export function pauseBeforeLooking(looks: readonly Look[]): number {
  const last = looks.at(-1);
  const [first] = looks;
  if (!first || !last) return shortest;
  const perMs = last.atMs > first.atMs ? (last.ended - first.ended) / (last.atMs - first.atMs) : 0;
  const stoodMs = last.atMs - (looks.find(({ ended }) => ended === last.ended) ?? last).atMs;
  const wanted = perMs > 0 && stoodMs === 0 ? last.pending / perMs / 20 : stoodMs / 20;
  return Math.min(longest, Math.max(shortest, last.tookMs * shareOfLooking, wanted));
}
