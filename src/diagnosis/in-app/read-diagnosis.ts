import { isLosslessNumber } from 'lossless-json';
import { z } from 'zod';
import type { Diagnosis } from '../diagnosis.js';

const Shape = z.looseObject({
  verdict: z.enum(['clean', 'leak', 'not-reproducible']),
  tasks: z.array(z.looseObject({ params: z.record(z.string(), z.unknown()) })),
  orders: z.array(z.looseObject({})),
});

/** A diagnosis from JSON that `parseJson` gave: parameters keep the text of their numbers, seeds are bigint, every other number is a plain one. */
export function readDiagnosis(value: unknown): Diagnosis {
  return Shape.parse(revived(value)) as unknown as Diagnosis;
}

function revived(value: unknown, name = ''): unknown {
  if (name === 'params') return value;
  if (isLosslessNumber(value)) return name === 'seed' ? BigInt(value.value) : Number(value.value);
  if (Array.isArray(value)) return value.map((item) => revived(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([inner, of]) => [inner, revived(of, inner)]));
}
