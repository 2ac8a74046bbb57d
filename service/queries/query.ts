import { randomUUID } from 'node:crypto';
import type * as z from 'zod';
import type { Caller } from '../http/caller.ts';
import { Problem } from '../http/problem.ts';
import type { EventOf } from '../http/server-sent-events.ts';
import type { Emit } from '../http/stream.ts';
import { problemOf } from '../providers/failure.ts';
import type { ChatRequest } from '../providers/model.ts';
import { type Models, sizeOfChat } from '../providers/models.ts';
import { type ModelSelection, maxCostMicros, type Routing } from '../providers/selection.ts';
import { whole } from '../providers/streaming.ts';
import type { Meter } from '../usage/metering.ts';
import { withBilling } from '../usage/with-billing.ts';
import type { Context } from './context/context.ts';
import type { History } from './history.ts';
import { messagesOf } from './prompt.ts';
import { javascriptBlocks } from './sandbox/javascript-blocks.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import type { QueryRequest, queryEvents, queryResponse } from './schema.ts';

/** Most tokens of context, and programs of one answer: at the limits of each they still end within a request's time. */
const contextTokens = 500;
const mostPrograms = 3;

type Answer = z.input<typeof queryResponse>;
type Ran = NonNullable<Answer['execution']>[number];
export type QueryEvent = EventOf<typeof queryEvents>;

/** Answers a query; `hear` is told of the answer while it is written. Throws a Problem. */
export type Query = (request: QueryRequest, caller: Caller, signal: AbortSignal, hear?: Emit<QueryEvent>) => Promise<Answer>;

interface Needed {
  readonly models: Models;
  readonly metering: Meter;
  readonly sandbox: Sandbox;
  readonly history: History;
}

/** What the query is given besides itself; loaded with the first one, since the words it is chosen by are large tables. */
async function contextOf({ query, client_id }: QueryRequest, caller: Caller, history: History): Promise<Context> {
  const [{ buildContext }, sources, { detectLanguage }] = await Promise.all([
    import('./context/context.ts'),
    import('./context/sources.ts'),
    import('../language/detect-language.ts'),
  ]);
  const facts = sources.facts({ now: new Date(), language: detectLanguage(query) });
  return buildContext(query, [facts, sources.history(history.of(caller, client_id))], contextTokens);
}

const toldContext = (context: Context | undefined): Answer['context'] =>
  context === undefined
    ? null
    : { added: [...context.added], left_out: [...context.leftOut], tokens: context.tokens, budget: context.budgetTokens };
const toldRouting = ({ alternatives, failed, ...choice }: Routing): Answer['routing'] => ({
  ...choice,
  alternatives: [...alternatives],
  failed: [...failed],
});

export function createQuery({ models, metering, sandbox, history }: Needed): Query {
  async function execute(text: string, signal: AbortSignal, hear: Emit<QueryEvent> | undefined): Promise<Ran[]> {
    const ran: Ran[] = [];
    for (const code of javascriptBlocks(text, mostPrograms)) {
      const execution = { code, ...(await sandbox.run(code, signal)) };
      ran.push(execution);
      await hear?.({ event: 'execution', data: execution });
    }
    return ran;
  }

  async function answer(request: QueryRequest, caller: Caller, signal: AbortSignal, hear?: Emit<QueryEvent>): Promise<Answer> {
    const { query, model, prefer, context: wanted = true, execute: runs = false, client_id: clientId } = request;
    const id = randomUUID();
    const context = wanted ? await contextOf(request, caller, history) : undefined;
    const chat: ChatRequest = { messages: messagesOf(query, context?.prompt ?? '', runs) };
    const needs = ['chat', ...(runs ? (['code'] as const) : []), ...(hear ? (['streaming'] as const) : [])] as const;
    const ask: ModelSelection = { model, prefer, needs, caller: caller.id };
    let started = false;
    const start = async (routing: Routing) => {
      started = true;
      await hear?.({ event: 'start', data: { id, routing: toldRouting(routing), context: toldContext(context) } });
    };
    const work = () =>
      hear === undefined
        ? models.chat(ask, chat, signal)
        : whole(models.streamChat(ask, chat, signal, start), (text) => hear({ event: 'delta', data: { text } }));
    const most = maxCostMicros(models.list(), sizeOfChat(chat));
    const routed = await withBilling(metering, { caller, clientId, operation: 'query' }, most, work);
    if (!started) await start(routed.routing);
    history.add(caller, clientId, 'query', query);
    const { text, usage } = routed.answer;
    return {
      id,
      query,
      result: text,
      routing: toldRouting(routed.routing),
      context: toldContext(context),
      execution: runs ? await execute(text, signal, hear) : null,
      usage: {
        prompt_tokens: usage.promptTokens,
        completion_tokens: usage.completionTokens,
        total_tokens: usage.promptTokens + usage.completionTokens,
      },
      cost_micros: routed.costMicros,
    };
  }

  return async (request, caller, signal, hear) => {
    if (request.execute && !caller.permissions.includes('Execute')) {
      throw new Problem('forbidden', { detail: 'To run code, this needs the permission Execute.' });
    }
    try {
      return await answer(request, caller, signal, hear);
    } catch (error) {
      throw problemOf(error, signal);
    }
  };
}
