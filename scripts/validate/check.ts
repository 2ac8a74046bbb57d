/** The target of the checks. */
export interface ValidationTarget {
  readonly baseUrl: string;
  /** Where /metrics is, without a path. Not set: at `baseUrl`, or on METRICS_PORT of the same host if the service says so. */
  readonly metricsUrl?: string | undefined;
  /** Host header, if the service does not trust the name in `baseUrl`. */
  readonly host?: string | undefined;
  readonly credential: string | undefined;
  /** For each check. */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

/** What a check saw; `skipped` if it does not apply. */
export type CheckOutcome = string | { readonly skipped: string };
export interface CheckOptions {
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}
