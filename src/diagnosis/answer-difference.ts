import { compareFiles } from '../comparison/compare-files.js';
import type { OutputDifference } from '../comparison/content-difference.js';
import type { Answer } from './answer.js';

/** In what two answers of one task differ. */
export interface AnswerDifference {
  /** A sentence, where not both returned outputs. */
  ended?: string;
  outputs: OutputDifference[];
}

/**
 * @param cold the truth, from which it tells the types of outputs
 * @param look whether the contents of outputs are compared, or only their digests
 */
export async function answerDifference(
  cold: Answer,
  other: Answer,
  look: boolean,
): Promise<AnswerDifference> {
  if (cold.kind !== 'returned' || other.kind !== 'returned')
    return { ended: `Cold ${what(cold)}; here ${what(other)}`, outputs: [] };
  const outputs: OutputDifference[] = [];
  const now = Date.now();
  for (const name of new Set([...Object.keys(cold.outputs), ...Object.keys(other.outputs)])) {
    const [one, two] = [cold.outputs[name], other.outputs[name]];
    if (one?.digest === two?.digest) continue;
    const difference: OutputDifference = { output: name, sizes: [one?.size ?? null, two?.size ?? null] };
    if (look && one && two) {
      const { contentType } = one;
      const content = await compareFiles(
        { name, contentType, path: one.path },
        { name, contentType, path: two.path },
        [now, now],
      );
      if (content) difference.content = content;
    }
    outputs.push(difference);
  }
  return { outputs };
}

function what(answer: Answer): string {
  if (answer.kind === 'returned') return 'it returns its outputs';
  if (answer.kind === 'raised')
    return `it raises ${answer.error.type}: ${answer.error.message.split('\n')[0]}`;
  return `it ended as ${answer.outcome}: ${answer.reason}`;
}
