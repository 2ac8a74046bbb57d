import { denialIn, type Violation } from './guard.ts';

export type ExchangeFailure =
  | Violation
  | 'timeout'
  | 'too_large'
  | 'decompression_bomb'
  | 'encoding_unsupported'
  | 'invalid_response'
  | 'tls_failed'
  | 'unreachable';

/** Why a request has no usable response. */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError';
  readonly failure: ExchangeFailure;
  constructor(failure: ExchangeFailure, message: string, cause?: unknown) {
    super(message, { cause });
    this.failure = failure;
  }
}

const messages = {
  timeout: 'the host sent nothing for too long',
  invalid_response: 'the response violates HTTP, or its compression is damaged',
  tls_failed: 'the encrypted connection failed',
  unreachable: 'the connection failed',
} as const satisfies Partial<Record<ExchangeFailure, string>>;

/** Failures by the code of the error, or its name if it has none: of undici, of Node's HTTP parser, TLS and zlib. */
const failures: readonly (readonly [RegExp, keyof typeof messages])[] = [
  [/^UND_ERR_(?:CONNECT|HEADERS|BODY)_TIMEOUT$|^ETIMEDOUT$/, 'timeout'],
  [/^HPE_|^HTTPParserError$|^UND_ERR_(?:HEADERS_OVERFLOW|RES_CONTENT_LENGTH_MISMATCH)$|^Z_|^ERR_BROTLI|^ERR__ERROR_/, 'invalid_response'],
  [/^ERR_(?:TLS|SSL)|^CERT_|^DEPTH_ZERO|^UNABLE_TO|^SELF_SIGNED|^EPROTO$/, 'tls_failed'],
];

function codeOf(error: unknown): string {
  if (!Error.isError(error)) return '';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

export function toExchangeError(error: unknown): ExchangeError {
  if (error instanceof ExchangeError) return error;
  const denial = denialIn(error);
  if (denial !== undefined) return new ExchangeError(denial.violation, denial.message, error);
  const code = codeOf(error);
  const failure = failures.find(([pattern]) => pattern.test(code))?.[1] ?? 'unreachable';
  return new ExchangeError(failure, `${messages[failure]} (${code || String(error)})`, error);
}
