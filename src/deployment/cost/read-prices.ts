import { readText } from '../../files/read-text.js';
import { UnreadableFile } from '../../files/unreadable-file.js';
import { UsageError } from '../../reporting/usage-error.js';
import { ownPrices } from './own-prices.js';
import { Prices } from './prices.js';

/**
 * The prices of a file.
 *
 * @throws UsageError that names what is wrong in it
 */
export async function readPrices(file: string): Promise<Prices> {
  const cannot = `Cannot use the prices in ${file}`;
  const text = await readText(file).catch((cause: unknown) => {
    if (!(cause instanceof UnreadableFile)) throw cause;
    throw new UsageError(`${cannot}: ${cause.why}.`, { cause });
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`${cannot}: it is not JSON (${cause instanceof Error ? cause.message : cause}).`, {
      cause,
    });
  }
  const parsed = Prices.safeParse(json);
  if (parsed.success) return parsed.data;
  const [first, ...others] = parsed.error.issues;
  const where = first?.path.join('.') || 'the file';
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  throw new UsageError(`${cannot}: ${where}: ${first?.message}${more}. ${ownPrices} shows the form.`);
}
