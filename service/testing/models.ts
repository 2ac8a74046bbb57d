import type { ModelCard, TextModel, TextStream } from '../providers/model.ts';
import type { Models } from '../providers/models.ts';
import { combineModels } from '../providers/pipeline.ts';
import type { Resilience } from '../providers/policies.ts';

/** A card for tests. */
export const testCard = (rest: Partial<ModelCard> = {}): ModelCard => ({
  id: 'test',
  name: 'Test',
  description: 'A model of the tests.',
  capabilities: ['captions', 'chat', 'code', 'streaming'],
  pricePerMillion: { input: 1, output: 2 },
  typicalLatencyMs: 100,
  contextTokens: 8192,
  maxTokens: 500,
  fallbackOnly: false,
  ...rest,
});

/** Limits that a test need not wait for. */
export const quickResilience: Resilience = {
  // Only a test of silence shortens these: a busy machine must not end an attempt.
  attemptSeconds: 60,
  totalSeconds: 300,
  idleSeconds: 60,
  retries: 2,
  retryTimeouts: true,
  firstBackoffMs: 5,
  retryAfterSeconds: { wait: 1, most: 60 },
  breaker: { failures: 5, pauseMs: 60_000 },
  concurrency: 2,
  queue: 1,
  maxWaitMs: 300_000,
};

/** Models of which every call fails with an error. */
export function failingModels(error: unknown): Models {
  // biome-ignore lint/correctness/useYield: it fails before
  async function* fail<T>(): TextStream<T> {
    throw error;
  }
  const card = testCard();
  const model: TextModel = {
    card,
    chat: () => Promise.reject(error),
    writeCaptions: () => Promise.reject(error),
    streamChat: fail,
    streamCaptions: fail,
  };
  return combineModels([{ card, as: () => model, healthy: () => true }]);
}
