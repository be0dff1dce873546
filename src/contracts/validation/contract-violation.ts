import { fieldPath } from './field-path.js';
import { plainText } from './plain-text.js';

/** Characters: of a name that somebody made up, and of what is said about it. */
const longest = { field: 200, complaint: 1_000 };

/** A document that breaks the contract. The message is one sentence that begins with the field it is about. */
export class ContractViolation extends Error {
  override readonly name = 'ContractViolation';
  /** For example `params.values.beta`; empty when the whole document is meant. */
  readonly field: string;

  /**
   * @param path where in the document
   * @param complaint what is wrong there, as the rest of a sentence: `is missing`
   * @param document what to call the whole document: `The message`
   */
  constructor(
    readonly path: readonly PropertyKey[],
    readonly complaint: string,
    document = 'The document',
    options?: ErrorOptions,
  ) {
    const field = plainText(fieldPath(path), longest.field);
    const said = plainText(complaint, longest.complaint);
    // Texts of zod's own are sentences of their own; ours continue the field's name.
    const joint = /^\p{Lu}/u.test(said) ? ': ' : ' ';
    super(
      `${field || plainText(document, longest.field)}${joint}${said}${/[.?!]$/.test(said) ? '' : '.'}`,
      options,
    );
    this.field = field;
  }
}
