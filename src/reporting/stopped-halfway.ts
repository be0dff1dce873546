/** Something was given up in the middle: its message says what is there by now, what still goes on, and how to go on. */
export class StoppedHalfway extends Error {
  override readonly name = 'StoppedHalfway';
}
