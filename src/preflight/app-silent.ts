/** The app has not answered in time; its message is a clause. */
export class AppSilent extends Error {
  override readonly name = 'AppSilent';
}
