import type * as z from 'zod';
import type { EndpointName } from '../../contract/endpoints/index.ts';
import type { EventSchemas } from '../http/server-sent-events.ts';
import type { Answer } from '../http/shape.ts';
import { problemResponse } from '../system/schema.ts';
import { parseEvents } from './event-stream.ts';
import { readChunks, splitLines } from './lines.ts';
import { ApiProblem } from './problem.ts';

/** An answer that is not as its endpoint declares it: service and client are of different versions, or something else answered. */
export class UnexpectedResponseError extends Error {
  override readonly name = 'UnfitAnswer';
  constructor(endpoint: EndpointName, cause: unknown) {
    super(`the answer of ${endpoint} is not as declared: ${cause}`, { cause });
  }
}

/** JSON text as its schema reads it. */
function parsed<S extends z.ZodType>(name: EndpointName, schema: S, text: string): z.output<S> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new UnexpectedResponseError(name, error);
  }
}

async function* values(name: EndpointName, schema: z.ZodType, response: Response) {
  for await (const line of splitLines(readChunks(response))) yield parsed(name, schema, line);
}

function expectType(name: EndpointName, type: string, response: Response): void {
  const given = response.headers.get('Content-Type') ?? 'no type';
  if (!given.startsWith(type)) throw new UnexpectedResponseError(name, `${given} in place of ${type}`);
}

/** The value of an answer, as its kind has it. */
export async function readResponse(name: EndpointName, answer: Answer, response: Response): Promise<unknown> {
  if (answer.kind === 'noContent') return undefined;
  if (answer.kind === 'text') return response.text();
  if (answer.kind === 'jsonLines') {
    expectType(name, 'application/jsonl', response);
    return values(name, answer.lines, response);
  }
  expectType(name, 'application/json', response);
  return parsed(name, answer.schema, await response.text());
}

async function* eventsOf(name: EndpointName, schemas: EventSchemas, response: Response) {
  for await (const { event, data } of parseEvents(readChunks(response))) {
    if (event === 'error') {
      const problem = parsed(name, problemResponse, data);
      throw new ApiProblem(problem.status, problem);
    }
    const schema = Object.hasOwn(schemas, event) ? schemas[event] : undefined;
    // An event that is not declared comes from a later version; it is passed over.
    if (schema !== undefined) yield { event, data: parsed(name, schema, data) };
  }
}

/** The events of a stream; its event `error` is thrown. */
export function readEvents(name: EndpointName, answer: Answer, response: Response): AsyncIterable<unknown> {
  if (answer.kind !== 'jsonOrEvents') throw new UnexpectedResponseError(name, 'it has no events');
  expectType(name, 'text/event-stream', response);
  return eventsOf(name, answer.events, response);
}
