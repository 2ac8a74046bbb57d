import type * as z from 'zod';
import type { EndpointName } from '../../contract/endpoints/index.ts';
import { problemResponse } from '../http/problem-schemas.ts';
import type { EventSchemas } from '../http/server-sent-events.ts';
import type { Answer, Shape } from '../http/shape.ts';
import { shapes } from '../shapes.ts';
import { parseEvents } from './event-stream.ts';
import { readChunks, splitLines } from './lines.ts';
import { ApiProblem } from './problem.ts';

/** The response does not match the endpoint's declaration: client and service differ in version, or a proxy responded. */
export class UnexpectedResponseError extends Error {
  override readonly name = 'UnfitAnswer';
  constructor(endpoint: EndpointName, cause: unknown) {
    super(`the response of ${endpoint} does not match its declaration: ${cause}`, { cause });
  }
}

/** Parses JSON text with a schema. */
function parse<S extends z.ZodType>(name: EndpointName, schema: S, text: string): z.output<S> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new UnexpectedResponseError(name, error);
  }
}

/** Whether a text is JSON that the endpoint declares as its response. */
export function isDeclaredJson(name: EndpointName, text: string): boolean {
  const { answer }: Shape = shapes[name];
  try {
    return 'schema' in answer && parse(name, answer.schema, text) !== undefined;
  } catch {
    return false;
  }
}

async function* parseLines(name: EndpointName, schema: z.ZodType, response: Response) {
  for await (const line of splitLines(readChunks(response))) yield parse(name, schema, line);
}

function expectType(name: EndpointName, type: string, response: Response): void {
  const given = response.headers.get('Content-Type') ?? 'missing';
  if (!given.startsWith(type)) throw new UnexpectedResponseError(name, `Content-Type is ${given} instead of ${type}`);
}

/** The body of a response, by the kind that its endpoint declares. */
export async function readResponse(name: EndpointName, answer: Answer, response: Response): Promise<unknown> {
  if (answer.kind === 'noContent') return undefined;
  if (answer.kind === 'text') return response.text();
  if (answer.kind === 'file') return response.blob();
  if (answer.kind === 'jsonLines') {
    expectType(name, 'application/jsonl', response);
    return parseLines(name, answer.lines, response);
  }
  expectType(name, 'application/json', response);
  return parse(name, answer.schema, await response.text());
}

async function* parseStream(name: EndpointName, schemas: EventSchemas, response: Response) {
  for await (const { event, data } of parseEvents(readChunks(response))) {
    if (event === 'error') {
      const problem = parse(name, problemResponse, data);
      throw new ApiProblem(problem.status, problem);
    }
    const schema = Object.hasOwn(schemas, event) ? schemas[event] : undefined;
    // An undeclared event comes from a later version of the service: it is ignored.
    if (schema !== undefined) yield { event, data: parse(name, schema, data) };
  }
}

/** The events of a stream; an `error` event is thrown as ApiProblem. */
export function readEvents(name: EndpointName, answer: Answer, response: Response): AsyncIterable<unknown> {
  if (answer.kind !== 'jsonOrEvents') throw new UnexpectedResponseError(name, 'it declares no events');
  expectType(name, 'text/event-stream', response);
  return parseStream(name, answer.events, response);
}
