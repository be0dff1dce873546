const meanings: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder, and a file is wanted',
  ENOTDIR: 'a part of its path is a file',
  EACCES: 'it may not be read. Change its permissions',
};

/** Why a file that a person named cannot be read, as a clause. */
export function whyUnreadable({ code = '', message }: NodeJS.ErrnoException): string {
  return meanings[code] ?? message;
}
