import { OutcomeKind } from '../../contracts/result/outcome.js';

/**
 * The outcome that a listing tells of a blob.
 *
 * @throws Error that names the blob, when its metadata tell none
 */
export function outcomeInListing(
  blobName: string,
  metadata: Record<string, string> | undefined,
): OutcomeKind {
  const { success, data } = OutcomeKind.safeParse(metadata?.outcome);
  if (success) return data;
  throw new Error(
    `Cannot count the outcome ${blobName}: its metadata say "${metadata?.outcome ?? ''}", which is no outcome. Was it copied without its metadata?`,
  );
}
