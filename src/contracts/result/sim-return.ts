import { z } from 'zod';
import { FiniteNumber, wholeNumberFrom } from '../json/number.js';

/** Bytes that the contract allows inline; larger outputs must be references. */
const inlineCap = 524_288;

const Blake2b256 = z.string().regex(/^[0-9a-f]{64}$/, 'a checksum is 64 hex digits (BLAKE2b-256)');

/** One output: its bytes inline (base64 in JSON, at most 524,288 bytes) or a reference to a blob. */
export const TableArtifact = z
  .object({
    content_type: z.string().default('application/vnd.apache.arrow.stream'),
    /** Bytes. */
    size: wholeNumberFrom(0),
    inline: z.base64().optional(),
    ref: z.string().min(1).optional(),
    checksum: Blake2b256,
  })
  .superRefine(({ inline, ref, size }, context) => {
    const complain = (message: string) => context.addIssue({ code: 'custom', message });
    if ((inline === undefined) === (ref === undefined))
      return complain('must have exactly one of inline and ref');
    if (inline === undefined) return;
    const bytes = Buffer.byteLength(inline, 'base64');
    if (bytes !== size) complain(`has ${bytes} bytes inline and the size ${size}: they must be equal`);
    if (bytes > inlineCap)
      complain(`has ${bytes} bytes inline: at most ${inlineCap} are allowed, larger ones need a ref`);
  });
export type TableArtifact = z.infer<typeof TableArtifact>;

export const ErrorInfo = z.object({
  error_type: z.string(),
  message: z.string(),
  retryable: z.boolean().default(false),
});
export type ErrorInfo = z.infer<typeof ErrorInfo>;

/** What a simulation returned: outputs, or an error with its details. */
export const SimReturn = z
  .object({
    task_id: z.string().min(1),
    outputs: z.record(z.string(), TableArtifact),
    error: ErrorInfo.nullish(),
    error_details: TableArtifact.nullish(),
    logs_ref: z.string().nullish(),
    metrics: z.record(z.string(), FiniteNumber).nullish(),
    cached: z.boolean().default(false),
  })
  .superRefine(({ outputs, error, error_details }, context) => {
    if (!error && Object.keys(outputs).length === 0) {
      context.addIssue({
        code: 'custom',
        path: ['outputs'],
        message: 'is empty: without an error there must be one',
      });
    }
    if (error && !error_details) {
      context.addIssue({
        code: 'custom',
        path: ['error_details'],
        message: 'is missing: an error must have details',
      });
    }
  });
export type SimReturn = z.infer<typeof SimReturn>;
