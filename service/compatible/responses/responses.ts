import * as z from 'zod';
import type { Emit } from '../../http/stream.ts';
import { toProblem } from '../../http/to-problem.ts';
import type { ChatAnswer } from '../../models/chat.ts';
import type { CallContext, Models } from '../../models/models.ts';
import { createCallChat, epochSeconds } from '../chat-call.ts';
import { chatBodyOf, responseFieldNames } from './chat-body.ts';
import { newId } from './items.ts';
import { incompleteReason, ResponseOutput, wholeDelta } from './output.ts';
import type { ResponseRequest } from './request-schema.ts';
import type { OutputItem, Response, ResponseEvent } from './response-schema.ts';

/** Answers requests of the Responses API with a chat. Both throw a Problem, or the reason of the context's signal. */
export interface Responses {
  create(body: ResponseRequest, context: CallContext): Promise<Response>;
  /** Emits the events of the answer while the model writes it. */
  createInEvents(body: ResponseRequest, context: CallContext, emit: Emit<ResponseEvent>): Promise<void>;
}

const count = z.int().min(0).catch(0);
/** The details of a chat's usage, which endpoints may leave out. */
const usageDetails = z.object({
  prompt_tokens_details: z.object({ cached_tokens: count }).catch({ cached_tokens: 0 }),
  completion_tokens_details: z.object({ reasoning_tokens: count }).catch({ reasoning_tokens: 0 }),
});

function usageOf({ usage: { promptTokens, completionTokens }, rest }: ChatAnswer): Response['usage'] {
  const { prompt_tokens_details, completion_tokens_details } = usageDetails.parse(rest?.usage ?? {});
  return {
    input_tokens: promptTokens,
    input_tokens_details: prompt_tokens_details,
    output_tokens: completionTokens,
    output_tokens_details: completion_tokens_details,
    total_tokens: promptTokens + completionTokens,
  };
}

/** A response whose answer has not started. */
function startedResponse(body: ResponseRequest, model: string): Response {
  return {
    id: newId('resp'),
    object: 'response',
    created_at: epochSeconds(),
    completed_at: null,
    status: 'in_progress',
    error: null,
    incomplete_details: null,
    model,
    output: [],
    usage: null,
    store: false,
    background: false,
    previous_response_id: null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    metadata: body.metadata ?? {},
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    reasoning: { effort: null, summary: null, ...body.reasoning },
    temperature: body.temperature ?? null,
    text: { ...body.text, format: body.text?.format ?? { type: 'text' } },
    tool_choice: body.tool_choice ?? 'auto',
    tools: body.tools ?? [],
    top_p: body.top_p ?? null,
    truncation: 'disabled',
    ...(body.user ? { user: body.user } : {}),
  };
}

function endedResponse(response: Response, output: OutputItem[], answer: ChatAnswer): Response {
  const reason = incompleteReason(answer.choices[0]?.finish_reason ?? 'stop');
  const ended = { ...response, output, usage: usageOf(answer) };
  return reason === undefined
    ? { ...ended, status: 'completed', completed_at: epochSeconds() }
    : { ...ended, status: 'incomplete', incomplete_details: { reason } };
}

const failedResponse = (response: Response, output: OutputItem[], error: unknown): Response => ({
  ...response,
  output,
  status: 'failed',
  error: { code: 'server_error', message: toProblem(error).detail },
});

export function createResponses({ models }: { readonly models: Models }): Responses {
  const call = createCallChat(models, responseFieldNames);
  return {
    async create(body, context) {
      const { answer, routing } = await call(chatBodyOf(body), context);
      const output = new ResponseOutput();
      for (const choice of answer.choices.slice(0, 1)) {
        Array.from(output.add(wholeDelta(choice)));
        Array.from(output.end(choice.finish_reason));
      }
      return endedResponse(startedResponse(body, routing.model), output.items, answer);
    },

    async createInEvents(body, context, emit) {
      const output = new ResponseOutput();
      const emitAll = async (events: Iterable<ResponseEvent>) => {
        for (const event of events) await emit(event);
      };
      let response: Response | undefined;
      const start = async (model: string) => {
        response = startedResponse(body, model);
        await emit({ event: 'response.created', data: { response } });
        await emit({ event: 'response.in_progress', data: { response } });
        return response;
      };
      try {
        const { answer, routing } = await call(chatBodyOf(body), context, {
          onStart: async ({ model }) => void (await start(model)),
          // Other choices have no place in a response.
          onPart: async (delta) => (delta.index === 0 ? emitAll(output.add(delta)) : undefined),
        });
        await emitAll(output.end(answer.choices[0]?.finish_reason ?? 'stop'));
        const ended = endedResponse(response ?? (await start(routing.model)), output.items, answer);
        await emit({ event: ended.status === 'completed' ? 'response.completed' : 'response.incomplete', data: { response: ended } });
      } catch (error) {
        if (response !== undefined)
          await emit({ event: 'response.failed', data: { response: failedResponse(response, output.items, error) } });
        throw error;
      }
    },
  };
}
