import type { Caller } from '../http/caller.ts';

export const operations = ['generate', 'query', 'chat', 'embedding', 'batch'] as const;
export type Operation = (typeof operations)[number];

/** The usage of one request. */
export interface Usage {
  readonly caller: Caller;
  /** The caller's name for its client. */
  readonly clientId?: string | undefined;
  readonly operation: Operation;
  readonly model: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Micro-US-dollars. */
  readonly costMicros: number;
  /** Served from the cache, without a model call. */
  readonly cached: boolean;
}

/** A row of `usage_events`: requests of the same kind in the same second. */
export interface UsageRow {
  readonly id: string;
  /** Start of its second (or longer interval), in milliseconds since the epoch. */
  readonly at: number;
  readonly caller_id: string;
  readonly key_id: string | null;
  readonly user_id: string | null;
  readonly client_id: string | null;
  readonly operation: Operation;
  readonly model: string;
  readonly cached: boolean;
  prompt_tokens: number;
  completion_tokens: number;
  cost_micros: number;
  requests: number;
}
