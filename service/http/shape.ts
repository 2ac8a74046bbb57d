import * as z from 'zod';
import type { EndpointName } from '../../contract/endpoints/index.ts';
import type { ChunkStream, EventSchemas, EventStream } from './server-sent-events.ts';

/** Common to every response; `content` has a schema per media type. */
interface Described {
  readonly status: 200 | 201 | 202 | 204;
  readonly content: Readonly<Record<string, z.ZodType>>;
}
interface Json<S extends z.ZodType> extends Described {
  readonly kind: 'json';
  readonly schema: S;
}
interface JsonOrEvents<S extends z.ZodType, E extends EventSchemas> extends Described {
  readonly kind: 'jsonOrEvents';
  readonly schema: S;
  readonly events: E;
}
interface JsonOrNumberedEvents<S extends z.ZodType, E extends EventSchemas> extends Described {
  readonly kind: 'jsonOrNumberedEvents';
  readonly schema: S;
  readonly events: E;
}
interface JsonOrChunks<S extends z.ZodType, C extends z.ZodType> extends Described {
  readonly kind: 'jsonOrChunks';
  readonly schema: S;
  readonly chunk: C;
}
interface Lines<S extends z.ZodType> extends Described {
  readonly kind: 'jsonLines';
  readonly lines: S;
}
interface Text extends Described {
  readonly kind: 'text';
  readonly type: string;
}
interface File extends Described {
  readonly kind: 'file';
}
interface NoContent extends Described {
  readonly kind: 'noContent';
}
/** A file that a handler returns. */
export interface FileContent {
  readonly type: string;
  /** Letters, digits, hyphens and dots. */
  readonly name: string;
  readonly bytes: number;
  readonly content: AsyncIterable<Uint8Array>;
}
/** The response of an endpoint, as data, so that browser code can import it too. `send` writes it. */
export type Answer =
  | Json<z.ZodType>
  | JsonOrEvents<z.ZodType, EventSchemas>
  | JsonOrNumberedEvents<z.ZodType, EventSchemas>
  | JsonOrChunks<z.ZodType, z.ZodType>
  | Lines<z.ZodType>
  | Text
  | File
  | NoContent;

/** The result type of a handler; ignored if the response has no body. */
export type ValueOf<A extends Answer> =
  A extends Json<infer S>
    ? z.input<S>
    : A extends JsonOrEvents<infer S, infer E> | JsonOrNumberedEvents<infer S, infer E>
      ? z.input<S> | EventStream<E>
      : A extends JsonOrChunks<infer S, infer C>
        ? z.input<S> | ChunkStream<C>
        : A extends Lines<infer S>
          ? AsyncIterable<z.input<S>>
          : A extends Text
            ? string
            : A extends File
              ? FileContent
              : unknown;

/**
 * Input and output of an endpoint: the server validates with it, the OpenAPI document describes it, and the client derives its types
 * from it. Parts without input are `nothing`.
 */
export interface Shape {
  readonly params: z.ZodType;
  readonly query: z.ZodType;
  readonly body: z.ZodType;
  /** If the body may also be JSON Lines: the field that holds the lines. */
  readonly linesField?: string;
  /** If the body may also be a form (multipart/form-data): the field that takes a file, which becomes a data URL. */
  readonly fileField?: string;
  readonly answer: Answer;
}
/** The shape of every endpoint. */
export type Shapes = Readonly<Record<EndpointName, Shape>>;

export interface Input<S extends Shape> {
  readonly params: z.output<S['params']>;
  readonly query: z.output<S['query']>;
  readonly body: z.output<S['body']>;
}

const nothing = z.undefined();
/** Spread into a shape before the parts that it declares. */
export const noInput = { params: nothing, query: nothing, body: nothing } as const;
/** Whether a shape declares this part. */
export const isDeclared = (part: z.ZodType) => part !== nothing;

/** JSON, validated by its schema; undeclared fields are removed. */
export function json<S extends z.ZodType>(schema: S, status: 200 | 201 | 202 = 200): Json<S> {
  return { kind: 'json', status, schema, content: { 'application/json': schema } };
}

/** JSON, or an HTML page if the client prefers one. */
export function jsonOrPage<S extends z.ZodType>(schema: S): Json<S> {
  const { content, ...rest } = json(schema);
  return { ...rest, content: { ...content, 'text/html': z.string() } };
}

/** JSON, or server-sent events if the client requests them. */
export function jsonOrEvents<S extends z.ZodType, E extends EventSchemas>(schema: S, events: E): JsonOrEvents<S, E> {
  const described = z.string().describe(`Events: ${Object.keys(events).join(', ')}, error`);
  return { kind: 'jsonOrEvents', status: 200, schema, events, content: { 'application/json': schema, 'text/event-stream': described } };
}

/** JSON, or server-sent events whose data have the name and the number of the event too, as the Responses API of OpenAI streams. */
export function jsonOrNumberedEvents<S extends z.ZodType, E extends EventSchemas>(schema: S, events: E): JsonOrNumberedEvents<S, E> {
  return { ...jsonOrEvents(schema, events), kind: 'jsonOrNumberedEvents' };
}

/** JSON, or unnamed events with the schema `chunk` that end with `[DONE]`, as the OpenAI API streams. */
export function jsonOrChunks<S extends z.ZodType, C extends z.ZodType>(schema: S, chunk: C): JsonOrChunks<S, C> {
  return { kind: 'jsonOrChunks', status: 200, schema, chunk, content: { 'application/json': schema, 'text/event-stream': chunk } };
}

/** JSON Lines: one value per line, sent as they are produced. */
export function jsonLines<S extends z.ZodType>(lines: S): Lines<S> {
  return { kind: 'jsonLines', status: 200, lines, content: { 'application/jsonl': lines } };
}

/** Text of a media type; the handler may set one of `others` instead. */
export function text(type: string, ...others: readonly string[]): Text {
  const content = Object.fromEntries([type, ...others].map((each) => [each, z.string()]));
  return { kind: 'text', status: 200, type, content };
}

const line = z.record(z.string(), z.unknown());
/** A file of one of these media types. */
export function file(...types: readonly string[]): File {
  return {
    kind: 'file',
    status: 200,
    content: Object.fromEntries(types.map((type) => [type, type === 'application/jsonl' ? line : z.string()])),
  };
}

/** No body at all. */
export const noContent: NoContent = { kind: 'noContent', status: 204, content: {} };
