/** What a bundle declares, compared with what is installed. */
export interface DependencyReport {
  /** Requirements as they are written, without their markers. */
  satisfied: string[];
  /** `installed` is the version that is there; absent when there is none. */
  problems: { requirement: string; installed?: string }[];
  /** What was not compared and stops nothing: options, paths, what cannot be read. */
  unchecked: string[];
}
