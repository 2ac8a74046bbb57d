import type { Caller } from '../http/caller.ts';

export const operations = ['generate', 'query', 'chat', 'batch'] as const;
export type Operation = (typeof operations)[number];

/** One answered request. */
export interface Usage {
  readonly caller: Caller;
  /** The caller's own name for whoever asked. */
  readonly clientId?: string | undefined;
  readonly operation: Operation;
  readonly model: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Micro-US-dollars. */
  readonly costMicros: number;
  /** Answered without calling a model. */
  readonly cached: boolean;
}

/** Requests of the same kind together, as one row of `usage_events`. */
export interface UsageRow {
  readonly id: string;
  /** Start of the second (or longer time) that it is of, in milliseconds since the epoch. */
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
