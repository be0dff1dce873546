/** Folder, of the folder that a command is given in, in which this machine's own storage is kept. */
export const storageFolder = '.mops-cold';
