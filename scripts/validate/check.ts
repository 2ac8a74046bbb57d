/** Environment variable with the credential. */
export const credentialVariable = 'LEYENDA_API_KEY';

/** The service to check. */
export interface ValidationTarget {
  readonly baseUrl: string;
  /** Base URL of /metrics; default: `baseUrl`, or the METRICS_PORT that the service names on the same host. */
  readonly metricsUrl?: string | undefined;
  /** Host header, if the service does not trust the host of `baseUrl`. */
  readonly host?: string | undefined;
  readonly credential: string | undefined;
  /** For each check. */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

/** The detail of a successful check; `skipped`: why it does not apply. */
export type CheckOutcome = string | { readonly skipped: string };
export interface CheckOptions {
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}
