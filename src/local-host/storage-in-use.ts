/** The folder of a storage is another process's. */
export class StorageInUse extends Error {
  override readonly name = 'StorageInUse';

  constructor(
    readonly folder: string,
    /** The process that started the storage. */
    readonly pid: number,
  ) {
    super(`Cannot keep storage in ${folder}: process ${pid} does so already.`);
  }
}
