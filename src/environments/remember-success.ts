/**
 * Does a thing once for each key: calls at the same time share it, and later ones have its result. A failure is not
 * remembered, since somebody may put right what was wrong.
 */
export function rememberSuccess<Result>(): (key: string, work: () => Promise<Result>) => Promise<Result> {
  const remembered = new Map<string, Promise<Result>>();
  return async (key, work) => {
    const result = remembered.get(key) ?? work();
    remembered.set(key, result);
    try {
      return await result;
    } catch (error) {
      if (remembered.get(key) === result) remembered.delete(key);
      throw error;
    }
  };
}
