import { describe, expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as z from 'zod';
import { endpointGroups } from '../../contract/endpoints/endpoint.ts';
import { endpointNames, endpointOf } from '../../contract/endpoints/index.ts';
import { openAiErrorResponse, problemResponse } from '../http/problem-schemas.ts';
import { isDeclared, type Shape } from '../http/shape.ts';
import { shapes } from '../shapes.ts';
import { openApiText } from './document.ts';
import { problemsOf } from './problems.ts';

const media = z.looseObject({ schema: z.unknown(), examples: z.record(z.string(), z.looseObject({ value: z.unknown() })).optional() });
const response = z.looseObject({ description: z.string(), content: z.record(z.string(), media).optional() });
const operation = z.looseObject({
  responses: z.record(z.string(), response),
  security: z.array(z.record(z.string(), z.array(z.string()))),
});
const paths = z.record(z.string(), z.record(z.string(), operation));

const text = openApiText('4.0.0', endpointNames, shapes);
const document = z.looseObject({ paths, components: z.looseObject({ securitySchemes: z.unknown() }) }).parse(JSON.parse(text));

const shapeOf = (name: (typeof endpointNames)[number]): Shape => shapes[name];
function operationOf(name: (typeof endpointNames)[number]) {
  const { method, path } = endpointOf(name);
  const found = document.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
  if (found === undefined) throw new Error(`${name} is not described`);
  return found;
}

/** The examples of a schema; those of a list may be those of its items. */
function examplesOf(schema: z.ZodType): unknown[] {
  const { examples } = schema.meta() ?? {};
  if (Array.isArray(examples)) return examples;
  return schema instanceof z.ZodArray && schema.element instanceof z.ZodType ? [examplesOf(schema.element)] : [];
}

describe('The OpenAPI document', () => {
  test('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(JSON.parse(text))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  const parts = endpointNames.flatMap((name) => {
    const { body, answer } = shapeOf(name);
    const schemas = {
      body: isDeclared(body) ? body : undefined,
      answer: 'schema' in answer ? answer.schema : 'lines' in answer ? answer.lines : undefined,
    };
    return Object.entries(schemas).flatMap(([part, schema]) =>
      schema === undefined || name === 'openapi' ? [] : [{ name, part, schema }],
    );
  });
  test.each(parts)('has examples of the $part of $name, all of which fit its schema and say nothing undeclared', ({ schema }) => {
    const examples = examplesOf(schema);
    expect(examples.flat()).not.toEqual([]);
    for (const example of examples) expect(schema.parse(example)).toMatchObject(Object(example));
  });

  test.each(endpointNames)('lists every problem that %s may answer with, with an example that fits', (name) => {
    const { responses } = operationOf(name);
    const examples = Object.values(responses).flatMap(({ content = {} }) =>
      Object.values(content).flatMap((each) => Object.entries(each.examples ?? {})),
    );
    expect(examples.map(([code]) => code).sort()).toEqual([...problemsOf(name, shapeOf(name))].sort());
    const schema = endpointOf(name).errorFormat === 'openai' ? openAiErrorResponse : problemResponse;
    for (const [, { value }] of examples) expect(schema.parse(value)).toEqual(value);
  });

  test('declares API keys, access tokens and session cookies as credentials of every endpoint that requires a permission', () => {
    expect(document.components.securitySchemes).toMatchObject({
      apiKey: { type: 'http', scheme: 'bearer' },
      accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    });
    for (const name of endpointNames) {
      expect(operationOf(name).security).toEqual(
        endpointOf(name).permission === 'public' ? [] : [{ apiKey: [] }, { accessToken: [] }, { session: [] }],
      );
    }
  });

  test('describes streams: each event by its name, and the lines of JSON Lines', () => {
    const streams = endpointNames.map((name) => ({
      name,
      answer: shapeOf(name).answer,
      content: operationOf(name).responses['200']?.content ?? {},
    }));
    for (const { answer, content } of streams) {
      if (answer.kind === 'jsonLines') expect(content['application/jsonl']?.schema).toBeDefined();
      if (answer.kind !== 'jsonOrEvents' && answer.kind !== 'jsonOrNumberedEvents') continue;
      for (const event of [...Object.keys(answer.events), 'error'])
        expect(JSON.stringify(content['text/event-stream'])).toContain(`"${event}"`);
    }
    expect(streams.filter(({ answer }) => ['jsonLines', 'jsonOrEvents'].includes(answer.kind))).not.toEqual([]);
  });
});

const parameter = z.looseObject({
  name: z.string(),
  in: z.string(),
  description: z.string().optional(),
  schema: z.looseObject({ type: z.unknown() }),
});
const described = z.looseObject({
  tags: z.array(z.string()),
  summary: z.string(),
  description: z.string(),
  parameters: z.array(parameter).optional(),
  requestBody: z.looseObject({ content: z.record(z.string(), z.looseObject({ schema: z.unknown() })) }).optional(),
});
const operations = Object.entries(z.record(z.string(), z.record(z.string(), described)).parse(document.paths)).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, each]) => ({ method, path, ...each })),
);

test('Every schema of the OpenAPI document is one of JSON Schema 2020-12', () => {
  const { schemas } = z.object({ schemas: z.record(z.string(), z.record(z.string(), z.unknown())) }).parse(document.components);
  const ajv = new Ajv2020({ strict: false, logger: false });
  expect(
    Object.entries(schemas)
      .filter(([, schema]) => !ajv.validateSchema(schema))
      .map(([name]) => name),
  ).toEqual([]);
});

/** Properties and parameters without a description, at any depth. A constant explains itself. */
function undescribed(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { properties = {} } = z
    .object({ properties: z.record(z.string(), z.looseObject({})).optional() })
    .catch({})
    .parse(value);
  const own = Object.entries(properties).filter(
    ([, schema]) => !['description', 'const', 'enum', '$ref', 'allOf'].some((key) => key in schema),
  );
  return [
    ...own.map(([name]) => `${path}.${name}`),
    ...Object.entries(value).flatMap(([key, part]) => undescribed(part, `${path}/${key}`)),
  ];
}

describe('The OpenAPI document describes', () => {
  const entry = z.object({ name: z.string(), description: z.string().regex(/^[A-Z].*\.$/s) });
  const { tags } = z.looseObject({ tags: z.array(entry) }).parse(document);

  test.each(operations)('$method $path: what it does, its failures and its permission', ({ summary, description }) => {
    expect(summary).toMatch(/^[A-Z].*[^.]$/);
    expect(description).toMatch(/^[A-Z].{30,}\.\n\nRequires .*\.$/s);
  });

  test('every tag of an operation, in the order of the contract', () => {
    expect(tags.map(({ name }) => name)).toEqual(Object.keys(endpointGroups));
    expect(new Set(operations.flatMap((each) => each.tags))).toEqual(new Set(tags.map(({ name }) => name)));
    const graphql = z.looseObject({ tags: z.array(entry) }).parse(JSON.parse(openApiText('4.0.0', ['graphql'], shapes)));
    expect(graphql.tags).toHaveLength(1);
  });

  test('every property and parameter', () => {
    expect(undescribed(document.components, '')).toEqual([]);
    expect(undescribed(document.paths, '')).toEqual([]);
    const parameters = operations.flatMap(({ path, parameters = [] }) =>
      parameters.map(({ name, schema, description }) => ({ id: `${path} ${name}`, text: description ?? schema.description })),
    );
    expect(parameters.filter(({ text }) => text === undefined)).toEqual([]);
  });
});

describe('What the OpenAPI document takes', () => {
  const parametersOf = operations.flatMap(({ method, path, parameters = [] }) => parameters.map((each) => ({ method, path, ...each })));

  test.each(parametersOf)('bounds the parameter $name of $method $path', ({ schema }) => {
    const { type, ...rest } = schema;
    expect(['string', 'integer']).toContain(type);
    const bounds = type === 'integer' ? [['minimum', 'maximum']] : [['enum'], ['format'], ['pattern'], ['maxLength']];
    expect(bounds.filter((names) => names.every((name) => name in rest))).not.toEqual([]);
  });

  const patches = operations.filter(({ method }) => method === 'patch');
  test.each(patches)('wants at least one field in the body of $method $path', ({ requestBody }) => {
    const { $ref = '' } = z.object({ $ref: z.string() }).parse(requestBody?.content['application/json']?.schema);
    const { schemas } = z.object({ schemas: z.record(z.string(), z.unknown()) }).parse(document.components);
    const { minProperties, required, additionalProperties } = z
      .looseObject({ minProperties: z.int().default(0), required: z.array(z.string()).default([]), additionalProperties: z.boolean() })
      .parse(schemas[$ref.replace('#/components/schemas/', '')]);
    expect(minProperties + required.length).toBeGreaterThan(0);
    expect(additionalProperties).toBe(false);
  });

  test('names every length of time that usage is summed over', () => {
    const bucket = parametersOf.find(({ path, name }) => path === '/api/v1/usage' && name === 'bucket');
    expect(bucket?.schema).toMatchObject({ enum: ['minute', 'hour', 'day', 'month'] });
  });
});
