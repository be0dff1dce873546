/** What decides, beside `wire` in the metadata, which function runs a bundle's tasks. */
export interface WireSources {
  /** Entry points of the group `modelops.wire` in its own pyproject.toml; they count whether it is installed or not. */
  entryPoints: { name: string; value: string; distribution: string; version: string | null }[];
  /** Distributions, by normalised name, whose installed entry points count too: what it declares, and else its own project. */
  distributions: string[];
}
