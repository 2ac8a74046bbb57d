import type { ExchangeLimits } from '../../outbound/exchange.ts';
import { maxDocumentBytes } from '../parsing/document.ts';
import type { HostTimes } from './hosts.ts';

export const newsLimits: ExchangeLimits = {
  maxBytes: maxDocumentBytes,
  maxDecodedBytes: maxDocumentBytes,
  maxRatio: 100,
  totalMs: 20_000,
  idleMs: 10_000,
};

export const hostTimes: HostTimes = {
  delayMs: 2000,
  // Longer than a request.
  leaseMs: newsLimits.totalMs + 5000,
  // Longer than the lease of a process that crashed.
  maxWaitMs: newsLimits.totalMs + 10_000,
};
