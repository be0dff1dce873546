import { LosslessNumber } from 'lossless-json';
import { type Node, parseDocument, visit } from 'yaml';
import { numberText } from '../../../contracts/json/number-text.js';
import { stringifyJson } from '../../../contracts/json/stringify-json.js';
import { ContractViolation } from '../../../contracts/validation/contract-violation.js';

/**
 * YAML as the JSON that says the same, with the text of its numbers. What YAML 1.2 and Python's PyYAML (1.1) read differently is refused
 * unless it is quoted.
 *
 * @throws ContractViolation naming the line
 */
export function yamlToJson(text: string): string {
  const document = parseDocument(text, { schema: 'core', version: '1.2' });
  const [error] = document.errors;
  if (error)
    throw new ContractViolation(
      [],
      `is not valid YAML: ${error.message.split('\n', 1)[0]?.replace(/:$/, '')}`,
      'The file',
      { cause: error },
    );
  visit(document, {
    Scalar(key, node) {
      if (node.type !== 'PLAIN' || key === 'key' || typeof node.source !== 'string') return;
      const { source } = node;
      const refuse = (complaint: string): never => {
        throw new ContractViolation([], complaint, `Line ${lineOf(text, node)}`);
      };
      const number = numberText(source);
      if (number !== undefined) node.value = new LosslessNumber(number);
      else if (/^(?:yes|no|on|off|y|n)$/i.test(source))
        refuse(
          `has the value ${source}, a boolean to some readers of YAML and a word to others: write true or false, or "${source}"`,
        );
      else if (
        typeof node.value === 'number' ||
        /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.\d*)?$/.test(source) ||
        /^0[xob]/i.test(source)
      )
        refuse(
          `has the value ${source}, which is no number in JSON: write it as a plain finite number, or as "${source}"`,
        );
    },
  });
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 1000 });
  } catch (cause) {
    throw new ContractViolation([], `cannot be used: ${(cause as Error).message}`, 'The file', { cause });
  }
  return stringifyJson(value ?? null);
}

function lineOf(text: string, node: Node): number {
  return text.slice(0, node.range?.[0] ?? 0).split('\n').length;
}
