import * as z from 'zod';
import type { ChatAnswer, ChatChoice, ChatRequest } from '../../models/chat.ts';
import { answerOf } from '../shared/usage.ts';
import { completeCall, content, finishOf, finishReason, optionalText, toolCalls } from './fields.ts';
import { splitReasoning } from './reasoning.ts';
import { parseUsage } from './usage.ts';

const message = z.looseObject({
  content,
  refusal: optionalText,
  reasoning_content: optionalText,
  tool_calls: toolCalls,
});
const choice = z.object({ message, finish_reason: finishReason, logprobs: z.unknown().optional() });
const completion = z.looseObject({ model: optionalText, choices: z.array(choice).min(1) });

/** A choice, its reasoning separated from its answer. */
function choiceOf(read: z.output<typeof choice>, index: number): ChatChoice {
  const { content: text, refusal = null, reasoning_content: given, tool_calls: calls, role: _, ...rest } = read.message;
  const { content: answer, reasoning } = splitReasoning(text ?? '');
  const thought = `${given ?? ''}${reasoning}`;
  return {
    index,
    message: {
      role: 'assistant',
      content: text === undefined ? null : answer,
      refusal,
      ...(thought === '' ? {} : { reasoning_content: thought }),
      ...(calls === undefined || calls.length === 0 ? {} : { tool_calls: calls.map(completeCall) }),
      ...rest,
    },
    finish_reason: finishOf(read.finish_reason, calls?.length ?? 0),
    logprobs: read.logprobs ?? null,
  };
}

/**
 * Reads a whole answer.
 * @param requested name of the model, for endpoints that do not name it
 * @throws {z.ZodError} if it holds no choice
 */
export function parseCompletion(request: ChatRequest, requested: string, value: unknown): ChatAnswer {
  const { model, choices, usage, id: _id, object: _object, created: _created, ...rest } = completion.parse(value);
  return answerOf(request, choices.map(choiceOf), model ?? requested, parseUsage(usage), rest);
}
