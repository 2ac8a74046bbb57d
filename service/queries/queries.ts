import { randomUUID } from 'node:crypto';
import type * as z from 'zod';
import type { Caller } from '../http/caller.ts';
import { Problem } from '../http/problem.ts';
import type { EventOf } from '../http/server-sent-events.ts';
import type { Emit } from '../http/stream.ts';
import type { ChatDelta, TokenUsage } from '../models/chat.ts';
import type { Routing } from '../models/model.ts';
import type { CallContext, CallOptions, Models } from '../models/models.ts';
import type { Context } from './context/context.ts';
import type { NewsItem } from './context/sources.ts';
import { createHistory, type History } from './history.ts';
import { messagesOf } from './prompt.ts';
import { javascriptBlocks } from './sandbox/javascript-blocks.ts';
import { createSandbox, type Sandbox } from './sandbox/sandbox.ts';
import type { QueryRequest, queryEvents, queryResponse } from './schema.ts';

/** Maximum tokens of context and programs of one answer: at both limits an answer still fits a request's time. */
const maxContextTokens = 500;
const maxPrograms = 3;

type Answer = z.input<typeof queryResponse>;
type Execution = NonNullable<Answer['execution']>[number];
export type QueryEvent = EventOf<typeof queryEvents>;

export interface Queries {
  /**
   * Answers a query, with the caller's history as context; `emit` sends the answer as events while it is written.
   * @throws {Problem}; the reason of the context's signal
   */
  answer(request: QueryRequest, context: CallContext, emit?: Emit<QueryEvent>): Promise<Answer>;
  /** Recent queries and captions of each caller. */
  readonly history: History;
  /** Terminates running programs. */
  close(): Promise<void>;
}

const contextBody = (context: Context | undefined): Answer['context'] =>
  context === undefined
    ? null
    : { added: [...context.added], left_out: [...context.leftOut], tokens: context.tokens, budget: context.budgetTokens };
const routingBody = ({ alternatives, failed, ...choice }: Routing): Answer['routing'] => ({
  ...choice,
  alternatives: [...alternatives],
  failed: [...failed],
});

const usageBody = ({ promptTokens, completionTokens }: TokenUsage): Answer['usage'] => ({
  prompt_tokens: promptTokens,
  completion_tokens: completionTokens,
  total_tokens: promptTokens + completionTokens,
});

/** Finds articles of the last days with words of a text; empty if there are none, or if they cannot be read. */
export type FindNews = (text: string) => Promise<readonly NewsItem[]>;

interface ContextSources {
  readonly history: History;
  readonly findNews: FindNews;
}

/** The context of a query. Loaded with the first one: the word lists are large. */
async function contextOf({ query, client_id }: QueryRequest, caller: Caller, { history, findNews }: ContextSources): Promise<Context> {
  const [{ buildContext }, sources, { detectLanguage }, news] = await Promise.all([
    import('./context/context.ts'),
    import('./context/sources.ts'),
    import('../language/detect-language.ts'),
    caller.permissions.includes('Read') ? findNews(query) : [],
  ]);
  const facts = sources.facts({ now: new Date(), language: detectLanguage(query) });
  return buildContext(query, [facts, sources.history(history.of(caller, client_id)), sources.news(news)], maxContextTokens);
}

/** Runs the programs of an answer. */
async function execute(text: string, sandbox: Sandbox, signal: AbortSignal, emit?: Emit<QueryEvent>): Promise<Execution[]> {
  const executions: Execution[] = [];
  for (const code of javascriptBlocks(text, maxPrograms)) {
    const execution = { code, ...(await sandbox.run(code, signal)) };
    executions.push(execution);
    await emit?.({ event: 'execution', data: execution });
  }
  return executions;
}

export function createQueries({ models, findNews }: { readonly models: Models; readonly findNews: FindNews }): Queries {
  const history = createHistory();
  const sandbox = createSandbox();

  return {
    history,
    close: () => sandbox.close(),

    async answer(request, callContext, emit) {
      const { query, model, prefer, context: withContext = true, execute: runsPrograms = false, client_id: clientId } = request;
      const { caller, signal } = callContext;
      if (runsPrograms && !caller.permissions.includes('Execute')) {
        throw new Problem('forbidden', { detail: 'Running code requires the permission Execute.' });
      }
      const id = randomUUID();
      const context = withContext ? await contextOf(request, caller, { history, findNews }) : undefined;
      const needs = ['chat', ...(runsPrograms ? (['code'] as const) : []), ...(emit ? (['streaming'] as const) : [])] as const;
      const streaming: Partial<CallOptions<ChatDelta>> = emit
        ? {
            onStart: (routing) => emit({ event: 'start', data: { id, routing: routingBody(routing), context: contextBody(context) } }),
            onPart: async ({ delta: { content: text = '' } }) => {
              if (text !== '') await emit({ event: 'delta', data: { text } });
            },
          }
        : {};
      const result = await models.chat(
        { model, prefer, needs },
        { messages: messagesOf(query, context?.prompt ?? '', runsPrograms) },
        { ...callContext, ...streaming, clientId, operation: 'query' },
      );
      history.add(caller, clientId, 'query', query);
      const { text, usage } = result.answer;
      return {
        id,
        query,
        result: text,
        routing: routingBody(result.routing),
        context: contextBody(context),
        execution: runsPrograms ? await execute(text, sandbox, signal, emit) : null,
        usage: usageBody(usage),
        cost_micros: result.costMicros,
      };
    },
  };
}
