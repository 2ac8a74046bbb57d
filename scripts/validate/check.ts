/** Environment variable with the credential. */
export const credentialVariable = 'LEYENDA_API_KEY';

/** The service to check. */
export interface ValidationTarget {
  readonly baseUrl: string;
  /** Host header, if the service does not trust the host of `baseUrl`. */
  readonly host?: string | undefined;
  readonly credential: string | undefined;
  /** For each check. */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

export interface CheckOptions {
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}
