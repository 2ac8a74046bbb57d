import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { freeMeter, quickLimits, testCard } from '../testing/models.ts';
import { testCaller } from '../testing/usage-events.ts';
import type { ChatRequest, ModelFailure, TextModel } from './model.ts';
import { ModelError } from './model-error.ts';
import { createPipeline } from './pipeline.ts';

const failures: readonly ModelFailure[] = ['timeout', 'overloaded', 'rejected', 'unreachable', 'invalid_response', 'truncated'];
const usage = { promptTokens: 3, completionTokens: 4 };
const request: ChatRequest = { messages: [{ role: 'user', content: 'Hello' }] };
const signal = new AbortController().signal;

/** What a model does: it answers, or sends so many pieces and fails. */
type Fate = 'answers' | { readonly failure: ModelFailure; readonly after: number };

function scripted(id: string, fate: Fate, asked: string[]): TextModel {
  return {
    async chat(_request, _signal, onText) {
      asked.push(id);
      for (let piece = 0; piece < (fate === 'answers' ? 2 : fate.after); piece++) await onText?.(`${id}${piece} `);
      if (fate !== 'answers') throw new ModelError(fate.failure, 'as scripted', { spent: fate.after > 0 ? usage : undefined });
      return { text: `${id}0 ${id}1 `, finish: 'stop', model: id, usage };
    },
    writeCaptions: () => Promise.reject(new Error('not called')),
  };
}

const fates: fc.Arbitrary<Fate> = fc.oneof(
  fc.constant<Fate>('answers'),
  fc.record({ failure: fc.constantFrom(...failures), after: fc.nat({ max: 2 }) }),
);

describe('The chain of models', () => {
  test('gives one model’s answer or failure and no piece of another, asks each once in order, and none after the one that spoke', async () => {
    const chains = fc.tuple(fates, fc.array(fates, { maxLength: 4 }));
    const named = fc.option(fc.nat({ max: 4 }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(chains, named, async ([first, rest], wanted) => {
        const asked: string[] = [];
        const each = [first, ...rest].map((fate, at) => ({ id: `m${at}`, fate }));
        const [one, ...others] = each.map(({ id, fate }) => {
          return { card: testCard({ id }), load: async () => scripted(id, fate, asked), limits: { ...quickLimits, retries: 0 } };
        });
        if (one === undefined) return;
        const model = each[wanted ?? each.length]?.id;
        const order = [...each.filter(({ id }) => id === model), ...each.filter(({ id }) => id !== model)];
        const ends = ({ id, fate }: (typeof each)[number]) =>
          fate === 'answers' || fate.after > 0 || (fate.failure === 'rejected' && id === model);
        const last = order.find(ends) ?? order.at(-1);

        const pieces: string[] = [];
        const options = { caller: testCaller(), signal, clientId: undefined, operation: 'chat' } as const;
        const onPart = async (piece: string) => void pieces.push(piece);
        const models = createPipeline([one, ...others], freeMeter, () => {});
        const result = await models.chat({ needs: [], model }, request, { ...options, onPart }).catch((error: unknown) => error);

        expect(asked).toEqual(order.slice(0, order.findIndex(({ id }) => id === last?.id) + 1).map(({ id }) => id));
        expect(pieces.every((piece) => piece.startsWith(last?.id ?? ''))).toBe(true);
        expect(result).toMatchObject({ routing: { model: last?.id, failed: asked.slice(0, -1).map((id) => ({ model: id })) } });
        expect(result instanceof ModelError).toBe(last?.fate !== 'answers');
        // 3 at $1 and 4 at $2 a million, where anything came.
        expect(result).toMatchObject({ costMicros: pieces.length > 0 ? 11 : 0 });
      }),
      { numRuns: 300 },
    );
  });
});
