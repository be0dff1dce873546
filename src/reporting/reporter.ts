/** Is told what a capability does that takes long, in sentences for whoever watches. */
export interface Reporter {
  /** A step is over: what is there now. */
  done(sentence: string): void;
  /** What is being done, what is waited for, or what is worth knowing beside the result. */
  note(sentence: string): void;
}
