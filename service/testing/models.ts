import type { ModelCard, TextModel } from '../models/model.ts';
import type { Models } from '../models/models.ts';
import { type CallLimits, createPipeline } from '../models/pipeline.ts';
import type { Meter } from '../usage/metering.ts';

/** A card for tests. */
export const testCard = (rest: Partial<ModelCard> = {}): ModelCard => ({
  id: 'test',
  name: 'Test',
  description: 'A model for tests.',
  capabilities: ['captions', 'chat', 'code', 'streaming'],
  pricePerMillion: { input: 1, output: 2 },
  priceKnown: true,
  typicalLatencyMs: 100,
  contextTokens: 8192,
  maxTokens: 500,
  fallbackOnly: false,
  ...rest,
});

/** Limits that a test need not wait for. */
export const quickLimits: CallLimits = {
  // Only a test of silence shortens these: a busy machine must not end an attempt.
  attemptSeconds: 60,
  totalSeconds: 300,
  conversation: {},
  idleSeconds: 60,
  retries: 2,
  retryTimeouts: true,
  backoff: { firstMs: 5, longestMs: 2000 },
  maxRetryAfterSeconds: 1,
  breaker: { failures: 5, pauseMs: 60_000, retryAfterSeconds: { min: 1, max: 60 } },
  concurrency: 2,
  queue: 1,
  maxWaitMs: 300_000,
};

/** A meter that charges nothing. */
export const freeMeter: Meter = { record: () => {}, reserve: async () => ({ settle: () => {}, release: () => {} }) };

/** Models of which every call fails with an error. */
export function failingModels(error: unknown): Models {
  const model: TextModel = { chat: () => Promise.reject(error), writeCaptions: () => Promise.reject(error) };
  return createPipeline([{ card: testCard(), load: async () => model, limits: { ...quickLimits, retries: 0 } }], freeMeter, () => {});
}
