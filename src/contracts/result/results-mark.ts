/** A file that says of a folder that results are in it, so that they never become part of a bundle. */
export const resultsMark = '.mops-cold-results';
