import * as z from 'zod';
import type { ChatAnswer, ChatChoice, ChatRequest } from '../../models/chat.ts';
import { estimatePrompt, estimateTokens } from '../../models/tokens.ts';

/** A number of tokens; undefined if the endpoint sent none. Some send floats or strings. */
export const count = z
  .preprocess(
    (value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value),
    z.number().min(0).transform(Math.round),
  )
  .optional()
  .catch(undefined);

/** The counts that the endpoint sent, and the other fields of its usage. */
export interface ReportedUsage {
  readonly promptTokens: number | undefined;
  readonly completionTokens: number | undefined;
  readonly rest: Readonly<Record<string, unknown>>;
}

/** The text that the provider charges as completion. */
const writtenText = (choices: readonly ChatChoice[]) =>
  choices
    .map(
      ({ message: { content: text, reasoning_content: thought = '', tool_calls: calls } }) =>
        `${thought}${text ?? ''}${calls === undefined ? '' : JSON.stringify(calls)}`,
    )
    .join('');

/** An answer with the counts of the endpoint; counts that it did not send are estimated. */
export function answerOf(
  request: ChatRequest,
  choices: readonly ChatChoice[],
  model: string,
  reported: ReportedUsage | undefined,
  rest: Readonly<Record<string, unknown>> = {},
): ChatAnswer {
  return {
    text: choices[0]?.message.content ?? '',
    choices,
    model,
    usage: {
      promptTokens: reported?.promptTokens ?? estimatePrompt(request),
      completionTokens: reported?.completionTokens ?? estimateTokens(writtenText(choices)),
    },
    rest: { answer: rest, usage: reported?.rest ?? {} },
  };
}
