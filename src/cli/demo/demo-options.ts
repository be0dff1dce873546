/** What `npm start` and `npm run dev` were asked for. */
export interface DemoOptions {
  /** Keep Azurite and the host for tasks of the person's own, instead of the demonstration. */
  keep?: boolean;
  /** Folder that has the storage again at the next start. */
  storage?: string;
  /** Storage goes at the end. */
  inMemory?: boolean;
  tasksAtOnce?: number;
  /** Host the app on Azure Functions Core Tools. */
  func?: boolean;
  /** Show everything that the host says. */
  verbose?: boolean;
}
