import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { freeMeter, quickLimits, testCard } from '../testing/models.ts';
import { testCaller } from '../testing/usage-events.ts';
import { type ChatDelta, type ChatRequest, textAnswer } from './chat.ts';
import type { ModelFailure, TextModel } from './model.ts';
import { ModelError } from './model-error.ts';
import { createPipeline } from './pipeline.ts';

const failures: readonly ModelFailure[] = ['timeout', 'overloaded', 'rejected', 'unreachable', 'invalid_response', 'truncated'];
const usage = { promptTokens: 3, completionTokens: 4 };
const request: ChatRequest = { messages: [{ role: 'user', content: 'Hello' }] };
const signal = new AbortController().signal;

/** What a model does: it answers, or sends so many pieces and fails. */
type Outcome = 'answers' | { readonly failure: ModelFailure; readonly after: number };

function scripted(id: string, outcome: Outcome, called: string[]): TextModel {
  return {
    async chat(_request, _signal, onDelta) {
      called.push(id);
      for (let piece = 0; piece < (outcome === 'answers' ? 2 : outcome.after); piece++) {
        await onDelta?.({ index: 0, delta: { content: `${id}${piece} ` } });
      }
      if (outcome !== 'answers') throw new ModelError(outcome.failure, 'as scripted', { spent: outcome.after > 0 ? usage : undefined });
      return textAnswer(`${id}0 ${id}1 `, 'stop', id, usage);
    },
    writeCaptions: () => Promise.reject(new Error('not called')),
  };
}

const outcomes: fc.Arbitrary<Outcome> = fc.oneof(
  fc.constant<Outcome>('answers'),
  fc.record({ failure: fc.constantFrom(...failures), after: fc.nat({ max: 2 }) }),
);

describe('The fallback', () => {
  test('returns the answer or failure of one model and no piece of another, calls each model once in order, and none after the start of a stream', async () => {
    const chains = fc.tuple(outcomes, fc.array(outcomes, { maxLength: 4 }));
    const named = fc.option(fc.nat({ max: 4 }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(chains, named, async ([first, rest], wanted) => {
        const called: string[] = [];
        const each = [first, ...rest].map((outcome, at) => ({ id: `m${at}`, outcome }));
        const [one, ...others] = each.map(({ id, outcome }) => {
          return { card: testCard({ id }), load: async () => scripted(id, outcome, called), limits: { ...quickLimits, retries: 0 } };
        });
        if (one === undefined) return;
        const model = each[wanted ?? each.length]?.id;
        const order = [...each.filter(({ id }) => id === model), ...each.filter(({ id }) => id !== model)];
        const ends = ({ id, outcome }: (typeof each)[number]) =>
          outcome === 'answers' || outcome.after > 0 || (outcome.failure === 'rejected' && id === model);
        const last = order.find(ends) ?? order.at(-1);

        const pieces: string[] = [];
        const options = { caller: testCaller(), signal, clientId: undefined, operation: 'chat' } as const;
        const onPart = async ({ delta }: ChatDelta) => void pieces.push(delta.content ?? '');
        const models = createPipeline([one, ...others], freeMeter, () => {});
        const result = await models.chat({ needs: [], model }, request, { ...options, onPart }).catch((error: unknown) => error);

        expect(called).toEqual(order.slice(0, order.findIndex(({ id }) => id === last?.id) + 1).map(({ id }) => id));
        expect(pieces.every((piece) => piece.startsWith(last?.id ?? ''))).toBe(true);
        expect(result).toMatchObject({ routing: { model: last?.id, failed: called.slice(0, -1).map((id) => ({ model: id })) } });
        expect(result instanceof ModelError).toBe(last?.outcome !== 'answers');
        // 3 at $1 and 4 at $2 a million, where anything came.
        expect(result).toMatchObject({ costMicros: pieces.length > 0 ? 11 : 0 });
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['unusable_description', 'timeout'],
    ['overloaded', 'overloaded'],
  ] as const)('that fails with %s returns %s after a model that timed out', async (own, reported) => {
    const chain = (['timeout', own] as const).map((failure, at) => ({
      card: testCard({ id: `m${at}` }),
      load: async () => scripted(`m${at}`, { failure, after: 0 }, []),
      limits: { ...quickLimits, retries: 0 },
    }));
    const [one, ...others] = chain;
    if (one === undefined) throw new Error('no model');
    const models = createPipeline([one, ...others], freeMeter, () => {});
    const options = { caller: testCaller(), signal, clientId: undefined, operation: 'chat' } as const;
    await expect(models.chat({ needs: [] }, request, options)).rejects.toMatchObject({ failure: reported });
  });
});
