/** Where all machines find what an environment was resolved to by the first of them, by its id. */
export interface Resolutions {
  read(id: string): Promise<string | undefined>;
  /** @returns what is kept now: the first one stays. */
  keep(id: string, text: string): Promise<string>;
}
