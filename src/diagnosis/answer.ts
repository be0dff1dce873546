/** One output, as a file of this machine. */
export interface OutputFile {
  path: string;
  /** Bytes. */
  size: number;
  /** SHA-256, hex. */
  digest: string;
  contentType: string;
}

/** What came of a task, wherever it ran. */
export type Answer =
  | { kind: 'returned'; outputs: Record<string, OutputFile> }
  | { kind: 'raised'; error: { type: string; message: string; traceback: string } }
  /** It ended its process, or was ended; `reason` is a sentence. */
  | { kind: 'ended'; outcome: string; reason: string };

/** Whether two answers of one task are the same: every output byte for byte, or the same error. */
export function sameAnswer(one: Answer, other: Answer): boolean {
  if (one.kind === 'returned' && other.kind === 'returned') {
    const names = Object.keys(one.outputs);
    return (
      names.length === Object.keys(other.outputs).length &&
      names.every((name) => one.outputs[name]?.digest === other.outputs[name]?.digest)
    );
  }
  if (one.kind === 'raised' && other.kind === 'raised')
    return one.error.type === other.error.type && plain(one.error.message) === plain(other.error.message);
  return one.kind === 'ended' && other.kind === 'ended' && one.outcome === other.outcome;
}

/** Addresses of objects are never the same. */
function plain(message: string): string {
  return message.replaceAll(/\b0x[0-9a-f]{6,16}\b/gi, '0x…');
}
