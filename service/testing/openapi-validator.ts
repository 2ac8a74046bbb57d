import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import * as z from 'zod';
import { responseHeaderNames } from '../http/response-headers.ts';
import { securityHeaders } from '../http/security-headers.ts';
import { closeNested, closeSchema } from './closed-schemas.ts';
import { decodeBody } from './decode-body.ts';

const header = z.object({ required: z.boolean(), schema: z.looseObject({ type: z.string() }) });
const response = z.looseObject({
  headers: z.record(z.string(), z.object({ $ref: z.string() })),
  content: z.record(z.string(), z.looseObject({ schema: z.unknown() })).optional(),
});
const operation = z.looseObject({ operationId: z.string(), responses: z.record(z.string(), response) });
const documentSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()), headers: z.record(z.string(), header) }),
});
type Document = z.output<typeof documentSchema>;
type Responses = z.output<typeof operation>['responses'];

/** A response as a client receives it, its body decoded. */
export interface ReceivedResponse {
  readonly method: string;
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
/** The mistakes in a response of an operation, or of a request without an operation (`undefined`). */
export type ResponseValidator = (operationId: string | undefined, received: ReceivedResponse) => Promise<string[]>;

/** Headers of HTTP and of browsers, which the document does not declare. */
const standardHeaders = new Set([
  ...['content-type', 'content-length', 'content-encoding', 'transfer-encoding', 'connection', 'date', 'keep-alive', 'vary'],
  'x-accel-buffering',
  ...Object.keys(securityHeaders),
]);
const id = 'openapi:/document';
const rebased = (schema: unknown): object => JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', `"${id}#/components/`));

/** Compiles each schema of a document with its first use. */
function validators({ components }: Document) {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  const schemas = Object.fromEntries(Object.entries(components.schemas).map(([name, schema]) => [name, closeNested(schema)]));
  ajv.addSchema({ ...rebased({ components: { schemas } }), $id: id });
  const known = new Map<unknown, ValidateFunction>();
  return (schema: unknown, value: unknown, what: string): string[] => {
    const validate = known.get(schema) ?? ajv.compile(rebased(closeSchema(schema)));
    known.set(schema, validate);
    return validate(value) ? [] : [`${what}${ajv.errorsText(validate.errors, { dataVar: '' })}`];
  };
}
type Validate = ReturnType<typeof validators>;

const headerValue = (type: string, text: string) => (type === 'integer' && /^\d+$/.test(text) ? Number(text) : text);

function headerMistakes(
  { components }: Document,
  validate: Validate,
  declared: Responses[string]['headers'],
  { headers }: ReceivedResponse,
) {
  const names = new Set(Object.keys(declared).map((name) => name.toLowerCase()));
  const undeclared = Object.keys(headers).filter(
    (name) => !names.has(name) && !standardHeaders.has(name) && !name.startsWith('access-control-'),
  );
  const mistakes = Object.entries(declared).flatMap(([name, { $ref }]) => {
    const found = components.headers[$ref.replace('#/components/headers/', '')];
    if (found === undefined) return [`${$ref} is not in the document`];
    const text = headers[name.toLowerCase()];
    if (text === undefined) return found.required ? [`the header ${name} is missing`] : [];
    return validate(found.schema, headerValue(found.schema.type, text), `the header ${name}: ${text} `);
  });
  return [...undeclared.map((name) => `the header ${name} is not declared`), ...mistakes];
}

/** The declared response for requests without an operation. */
function unmatchedResponse({ components }: Document): Responses[string] {
  const headers = Object.fromEntries(
    responseHeaderNames.map((name) => {
      const always = name === 'X-Request-ID' || name === 'X-Release';
      return [name, { $ref: `#/components/headers/${always ? name : `${name}.optional`}` }];
    }),
  );
  const schemas = { 'application/problem+json': 'Problem', 'application/json': 'OpenAiError' };
  const content = Object.entries(schemas)
    .filter(([, name]) => name in components.schemas)
    .map(([type, name]) => [type, { schema: { $ref: `#/components/schemas/${name}` } }] as const);
  return { headers, content: Object.fromEntries(content) };
}

const essence = (type: string) => type.replace(/;.*/, '').trim().toLowerCase();

/** Validates responses against an OpenAPI document: status, media type, body and headers. */
export function createResponseValidator(text: string): ResponseValidator {
  const document = documentSchema.parse(JSON.parse(text));
  const validate = validators(document);
  const operations = new Map(
    Object.values(document.paths).flatMap((methods) => Object.values(methods).map((each) => [each.operationId, each.responses] as const)),
  );
  const unmatched = unmatchedResponse(document);
  async function contentMistakes({ content = {} }: Responses[string], received: ReceivedResponse): Promise<string[]> {
    if (received.method === 'HEAD' || received.body === '') return [];
    const type = essence(received.headers['content-type'] ?? '');
    const media = Object.entries(content).find(([declared]) => essence(declared) === type)?.[1];
    if (media === undefined) return [`the media type ${type} is not declared`];
    if (type.includes('json') && !received.body.endsWith('\n')) return ['the body does not end with a line break'];
    const values = await decodeBody(type, received.body);
    return values.flatMap((value) => validate(media.schema, value, `the body `)).slice(0, 1);
  }
  return async (operationId, received) => {
    const responses = operationId === undefined ? undefined : operations.get(operationId);
    if (operationId !== undefined && responses === undefined) return [`the operation ${operationId} is not in the document`];
    const declared = responses === undefined ? unmatched : responses[received.status];
    if (declared === undefined) return [`the status ${received.status} is not declared`];
    return [...headerMistakes(document, validate, declared.headers, received), ...(await contentMistakes(declared, received))];
  };
}
