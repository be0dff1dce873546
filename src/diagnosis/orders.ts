/** In which sequence tasks are given to one reused process. */
export interface Order {
  name: 'in order' | 'reversed' | 'shuffled';
  /** Places in the list of tasks. */
  sequence: number[];
}

/** A single task is repeated: there is no other order of it. */
const repeats = 4;

/** A sequence as it is given, reversed, and shuffled by a seed. */
export function orders(inOrder: number[], seed: number): Order[] {
  if (inOrder.length === 1) return [{ name: 'in order', sequence: Array(repeats).fill(inOrder[0]) }];
  const all: Order[] = [
    { name: 'in order', sequence: inOrder },
    { name: 'reversed', sequence: [...inOrder].reverse() },
  ];
  return inOrder.length === 2 ? all : [...all, { name: 'shuffled', sequence: shuffled(inOrder, seed) }];
}

function shuffled(items: number[], seed: number): number[] {
  const draw = generator(seed);
  const left = [...items];
  for (let last = left.length - 1; last > 0; last--) {
    const other = Math.floor(draw() * (last + 1));
    [left[last], left[other]] = [left[other] as number, left[last] as number];
  }
  return left;
}

/** Mulberry32: the same order on every machine, which `Math.random` is not. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 15), z | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}
