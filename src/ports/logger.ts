/** Severities of Cloud Logging that are used here. */
export type Severity = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR';

/** Writes structured log lines. Fields never hold row values. */
export interface Logger {
  /** @param event closed upper-case name that alerts and tests match, such as `JOB_SUCCEEDED` */
  log(severity: Severity, event: string, message: string, fields?: Readonly<Record<string, unknown>>): void;
}
