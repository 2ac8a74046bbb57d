import type { FetchReason } from '../../../contract/news.ts';
import { ExchangeError, type ExchangeFailure } from '../../outbound/exchange-error.ts';
import { DeniedError } from '../../outbound/guard.ts';

interface Details {
  readonly httpStatus?: number;
  /** The host may be requested again after so many milliseconds. */
  readonly pauseMs?: number;
  readonly cause?: unknown;
}

/** Why a document cannot be fetched. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
  readonly reason: FetchReason;
  readonly httpStatus: number | undefined;
  readonly pauseMs: number | undefined;
  constructor(reason: FetchReason, message: string, { httpStatus, pauseMs, cause }: Details = {}) {
    super(message, { cause });
    this.reason = reason;
    this.httpStatus = httpStatus;
    this.pauseMs = pauseMs;
  }
}

const reasons: Readonly<Record<ExchangeFailure, FetchReason>> = {
  invalid_url: 'unsupported_url',
  scheme_denied: 'unsupported_url',
  credentials_denied: 'unsupported_url',
  port_denied: 'unsupported_url',
  host_not_found: 'unreachable',
  address_denied: 'private_address',
  unreachable: 'unreachable',
  tls_failed: 'tls',
  timeout: 'timeout',
  too_large: 'too_large',
  decompression_bomb: 'decompression_bomb',
  encoding_unsupported: 'invalid_response',
  invalid_response: 'invalid_response',
};

/** The failure of a request; undefined for another error, such as one of the database. */
export function fetchErrorOf(error: unknown): FetchError | undefined {
  if (error instanceof FetchError) return error;
  if (error instanceof ExchangeError) return new FetchError(reasons[error.failure], error.message, { cause: error });
  if (error instanceof DeniedError) return new FetchError(reasons[error.violation], error.message, { cause: error });
  return undefined;
}
