import { createRequire } from 'node:module';

// The entry of the Azurite process: Azurite itself, in a process that ends with the one that started it, however
// that one ended (the channel to the parent closes even when the parent is killed).
process.once('disconnect', () => process.exit(0));

// Azurite reads its arguments from process.argv and starts when it is loaded.
createRequire(import.meta.url)('azurite/dist/src/azurite.js');
