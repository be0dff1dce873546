import { extname } from 'node:path';
import { maxTasks } from '../../../contracts/job/max-tasks.js';
import { ParameterSetEntry } from '../../../contracts/job/parameter-set-entry.js';
import { parseApart } from '../../../contracts/json/parse-apart.js';
import { checkedAt } from '../../../contracts/validation/checked-at.js';
import { ContractViolation } from '../../../contracts/validation/contract-violation.js';
import { columnsTold } from './columns-told.js';
import { readCsv } from './read-csv.js';
import { readJsonLines } from './read-json-lines.js';
import { yamlToJson } from './yaml-to-json.js';

/** What a file holds that is to be submitted, told from its name's ending. */
export type SubmittedFile =
  /** A job or a study of ModelOps. */
  | { json: string; sets?: undefined }
  /** Parameter sets alone; `told` says how they were read. */
  | { sets: ParameterSetEntry[]; told: string[] };

/**
 * @param name of the file: `.csv` and `.tsv` are tables, `.jsonl` and `.ndjson` JSON lines, `.yaml` and `.yml` YAML, all else JSON
 * @throws ContractViolation
 */
export function readParameterSets(name: string, text: string): SubmittedFile {
  switch (extname(name).toLowerCase()) {
    case '.csv':
    case '.tsv': {
      const { sets, types } = readCsv(text);
      return checked(sets, [columnsTold(types)]);
    }
    case '.jsonl':
    case '.ndjson':
      return checked(readJsonLines(text), []);
    case '.yaml':
    case '.yml':
      return ofJson(yamlToJson(text));
    default:
      return ofJson(text);
  }
}

function ofJson(json: string): SubmittedFile {
  if (!json.trimStart().startsWith('[')) return { json };
  const { items } = parseApart(json, [], 'The file');
  if (items.length === 0)
    throw new ContractViolation([], 'is empty: a list of parameter sets must have one', 'The file');
  return checked(
    Array.from(items, (item, index) => checkedAt([index], ParameterSetEntry, item, 'The file')),
    [],
  );
}

function checked(sets: ParameterSetEntry[], told: string[]): SubmittedFile {
  if (sets.length > maxTasks)
    throw new ContractViolation(
      [],
      `has ${sets.length} parameter sets: split it into files of at most ${maxTasks}`,
      'The file',
    );
  return { sets, told };
}
