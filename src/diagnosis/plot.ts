/** A value that comes out wrong, over a parameter: of each task as it is cold, and as it was in the reused process. */
export interface Plot {
  output: string;
  /** A column or path; empty for the whole of an array. What is plotted is the mean of its numbers. */
  field: string;
  parameter: string;
  order: string;
  points: { task: number; x: number; cold: number; reused: number }[];
}
