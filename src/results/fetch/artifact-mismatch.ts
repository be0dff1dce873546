import type { TableArtifact } from '../../contracts/result/sim-return.js';

/** What arrived is not what the simulation wrote. */
export class ArtifactMismatch extends Error {
  override readonly name = 'ArtifactMismatch';

  constructor(
    expected: Pick<TableArtifact, 'ref' | 'size' | 'checksum'>,
    got: { size: number; checksum: string },
  ) {
    super(
      expected.size === got.size
        ? `its BLAKE2b-256 is ${got.checksum}, and the result says ${expected.checksum}`
        : `it has ${got.size} bytes, and the result says ${expected.size}`,
    );
  }
}
