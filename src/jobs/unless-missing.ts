import { RestError } from '@azure/storage-blob';

/** A listing that is empty where the container does not exist yet. */
export async function* unlessMissing<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  try {
    yield* items;
  } catch (error) {
    if (error instanceof RestError && error.statusCode === 404) return;
    throw error;
  }
}
