/** What `npm start` and `npm run dev` were asked for. */
export interface DemoOptions {
  /** Keep Azurite and the host for tasks of the person's own, instead of the demonstration. */
  keep?: boolean;
  /** Host the app on Azure Functions Core Tools. */
  func?: boolean;
  /** Show everything that the host says. */
  verbose?: boolean;
}
