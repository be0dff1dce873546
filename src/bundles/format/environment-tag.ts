const prefix = 'environment-';

/** By what name a store has the environment that was built for some bundles: its id decides. */
export const environmentTag = {
  /** @param id 32 hexadecimal digits */
  of: (id: string) => `${prefix}${id}`,
  is: (tag: string | undefined) => tag !== undefined && /^environment-[0-9a-f]{32}$/.test(tag),
};
