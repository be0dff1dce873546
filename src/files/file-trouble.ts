interface Trouble {
  /** What is so, as a clause. */
  is: string;
  /** What to do about it, as a sentence. */
  remedy: string;
}

const otherPlace = 'Name another place';
const troubles: Record<string, Trouble> = {
  ENOENT: { is: 'there is no such file or folder', remedy: 'Check its path' },
  EISDIR: { is: 'it is a folder, and a file is wanted', remedy: 'Name a file' },
  ENOTDIR: { is: 'a part of its path is a file', remedy: otherPlace },
  EACCES: { is: 'it is not permitted', remedy: 'Change its permissions, or name another place' },
  EPERM: { is: 'it is not permitted', remedy: 'Change its permissions, or name another place' },
  EROFS: { is: 'its disk is read-only', remedy: otherPlace },
  ENOSPC: { is: 'the disk is full', remedy: 'Free space there, or name another place' },
  EDQUOT: { is: 'the disk quota is used up', remedy: 'Free space there, or name another place' },
  EFBIG: { is: 'it is larger than a file may be there', remedy: otherPlace },
  ELOOP: { is: 'its symbolic links lead in a circle', remedy: 'Repair them, or name another place' },
  ENAMETOOLONG: { is: 'its name is too long for the disk', remedy: 'Use a shorter one' },
  ENOTEMPTY: { is: 'something is in it by now', remedy: 'Name a new folder, or empty it' },
  EEXIST: { is: 'something else is there already', remedy: otherPlace },
  EBUSY: { is: 'something else is using it', remedy: 'End that, or name another place' },
  ETXTBSY: { is: 'it is a program that runs', remedy: 'End that, or name another place' },
  EIO: { is: 'the disk failed', remedy: 'Look after the disk, or name another place' },
  ESTALE: { is: 'its network disk has lost it', remedy: 'Mount the disk again' },
  EMFILE: { is: 'this process has too many files open', remedy: 'Raise the limit (ulimit -n)' },
  ENFILE: { is: 'this machine has too many files open', remedy: 'End what holds them' },
};

/**
 * What an error of the operating system means for the file or folder that it is about.
 *
 * @returns undefined when it is no such error, or one that nobody has met
 */
export function fileTrouble(error: unknown): (Trouble & { code: string }) | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const trouble = Object.hasOwn(troubles, code) ? troubles[code] : undefined;
  return trouble && { ...trouble, code };
}
