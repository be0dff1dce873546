export interface LogsOptions {
  run?: string;
  failed?: true;
  oneOfEach?: true;
  follow?: true;
}
