import { parseBlobReference } from '../../../src/azure-backend/blob-reference.js';
import { readBlob } from '../../../src/azure-backend/read-blob.js';
import { readTextBlob } from '../../../src/azure-backend/read-text-blob.js';
import type { OpenStorage } from '../../../src/connections/open-storage.js';
import { blake2b } from '../../../src/contracts/identities/blake2b.js';
import { parseDocument } from '../../../src/contracts/json/parse-document.js';
import type { OutcomeRecord } from '../../../src/contracts/result/outcome-record.js';
import { StoredResult } from '../../../src/contracts/result/stored-result.js';
import { type CampaignTask, expectedAnswer, expectedBytes } from '../campaign/campaign-tasks.js';

/** Whether the result of a task that succeeded is what its outcome says, whole, and right. */
export async function auditResult(
  { blobs }: Pick<OpenStorage, 'blobs'>,
  task: CampaignTask,
  record: OutcomeRecord,
): Promise<string[]> {
  const { task_id: id } = task.line;
  const of = (reference: string) => {
    const { container, blobName } = parseBlobReference(reference);
    return [blobs.getContainerClient(container), blobName] as const;
  };
  const text = record.result && (await readTextBlob(...of(record.result)));
  if (!text) return [`Task ${id} succeeded, and its result ${record.result} is missing.`];
  const stored = parseDocument(StoredResult, text, `The result of ${id}`);
  const findings: string[] = [];
  if (stored.attempt !== record.attempt || stored.attestation.nonce !== record.attestation?.nonce)
    findings.push(
      `Task ${id}: its outcome is of attempt ${record.attempt}, its result of ${stored.attempt}.`,
    );
  const log = record.logs_ref && (await readTextBlob(...of(record.logs_ref)));
  if (!log?.includes(`x=${task.x} seed=${task.seed}`))
    findings.push(
      `Task ${id}: its log ${record.logs_ref} has not what it printed: ${log ?? 'it is missing'}`,
    );
  const expected = { answer: expectedAnswer(task), bytes: expectedBytes(task) };
  if (Object.keys(stored.outputs).sort().join() !== 'answer,bytes')
    findings.push(`Task ${id} has the outputs ${Object.keys(stored.outputs).join(', ')}.`);
  for (const [name, right] of Object.entries(expected)) {
    const output = stored.outputs[name];
    const content = output?.ref && (await readBlob(...of(output.ref)));
    if (!output || !content) findings.push(`Task ${id}: the output ${name} is missing.`);
    else if (content.length !== output.size || blake2b(content, 256) !== output.checksum)
      findings.push(`Task ${id}: the output ${name} is not what its checksum says.`);
    else if (!content.equals(right)) findings.push(`Task ${id}: the output ${name} is wrong.`);
  }
  return findings;
}
