import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { clusterEnvironments } from '../../manifests/environments/cluster-examples.ts';
import { deployments } from '../../manifests/environments/index.ts';
import { environmentSchema } from '../../manifests/environments/validate-environment.ts';
import { composeDeployments as composeFiles } from '../../manifests/targets/compose/deployment.ts';
import { proxyTarget } from '../../manifests/targets/compose/proxy.ts';
import { product } from '../../manifests/targets/nginx/product.ts';
import { nginxReferences } from '../../manifests/targets/nginx/references.ts';

type Schema = z.core.$ZodType;
interface Use {
  readonly path: string;
  readonly values: unknown[];
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

const isWrapper = (schema: Schema) =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional || schema instanceof z.ZodReadonly;

/** The schemas below this one and what they parse. A schema that several fields share is used if one of them uses it. */
function usesOf(schema: Schema, values: readonly unknown[], path = '', uses = new Map<Schema, Use>()): ReadonlyMap<Schema, Use> {
  const use = uses.get(schema) ?? { path, values: [] };
  use.values.push(...values);
  uses.set(schema, use);
  for (const { below, name, given } of children(schema, values)) usesOf(below, given, name === undefined ? path : `${path}${name}`, uses);
  return uses;
}

function children(schema: Schema, values: readonly unknown[]): { below: Schema; name?: string; given: readonly unknown[] }[] {
  if (isWrapper(schema)) return [{ below: schema.def.innerType, given: values }];
  if (schema instanceof z.ZodArray) return [{ below: schema.def.element, given: values.flat() }];
  if (schema instanceof z.ZodTuple) return schema.def.items.map((below) => ({ below, given: values.flat() }));
  if (schema instanceof z.ZodUnion)
    return schema.def.options.map((below) => ({
      below,
      name: `(${kindOf(below)})`,
      given: values.filter((value) => z.safeParse(below, value).success),
    }));
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.def.shape).map(([key, below]) => ({
    below,
    name: `.${key}`,
    given: values.flatMap((value) => (isRecord(value) && key in value ? [value[key]] : [])),
  }));
}

/** The discriminator of a variant. */
function kindOf(schema: Schema): string {
  if (schema instanceof z.ZodReadonly) return kindOf(schema.def.innerType);
  const kind = schema instanceof z.ZodObject ? schema.def.shape.kind : undefined;
  return kind instanceof z.ZodLiteral ? String(kind.value) : '?';
}

/** The paths of fields and variants that none of these values sets, and the values of an enumeration that none of them has. */
function unusedOptions(schema: Schema, given: readonly unknown[]): string[] {
  const uses = [...usesOf(schema, given)];
  const unset = uses.filter(([, { values }]) => values.length === 0).map(([, { path }]) => path);
  const values = uses.flatMap(([below, { path, values }]) =>
    below instanceof z.ZodEnum && values.length > 0
      ? below.options.filter((option) => !values.includes(option)).map((option) => `${path}=${String(option)}`)
      : [],
  );
  return [...new Set([...unset, ...values])];
}

/** Only the operator of a cluster can set these: each cluster has its own identity, and its cloud's names of users. */
const operatorsOnly = ['.cluster.identity', '.deployer.users', '.deployer.users.deployer'];

describe('An environment', () => {
  test('has only options that a shipped environment, a reference or a documented cluster uses', () => {
    expect(unusedOptions(environmentSchema, [...Object.values(deployments), ...clusterEnvironments])).toEqual(operatorsOnly);
  });

  const kind = (name: string) => z.strictObject({ kind: z.literal(name) });
  test.each<[string, Record<string, z.ZodType>, string[]]>([
    ['a field', { mesh: z.string().exactOptional() }, ['.mesh']],
    ['a field of a field', { edge: z.looseObject({ waf: z.boolean().optional() }).readonly() }, ['.edge.waf']],
    ['a variant', { edge: z.discriminatedUnion('kind', [kind('a'), kind('b')]) }, ['.edge(b)', '.edge(b).kind']],
    ['a value', { size: z.enum(['x', 'y']) }, ['.size=y']],
  ])('is reported with an option that none uses: %s', (_, shape, unused) => {
    expect(unusedOptions(z.looseObject(shape), [{ size: 'x', edge: { kind: 'a' } }])).toEqual(unused);
  });
});

/** The names of all keys below a value. */
const keysIn = (value: unknown): string[] =>
  isRecord(value) ? Object.entries(value).flatMap(([key, inner]) => [key, ...keysIn(inner)]) : [];

/** Only tests set these: a real nginx without root listens on free ports. */
const forTests = ['listen', 'address'];

test.each<[string, readonly unknown[]]>([
  [
    'manifests/targets/nginx/target.ts',
    [
      product,
      ...composeFiles.map(proxyTarget),
      ...Object.values(nginxReferences),
      { forTests: Object.fromEntries(forTests.map((name) => [name, ''])) },
    ],
  ],
  ['manifests/targets/compose/deployment.ts', composeFiles],
])('The optional fields of %s are each set by something that is generated', (file, data) => {
  const optional = [...readFileSync(file, 'utf8').matchAll(/readonly (\w+)\?:/g)].map(([, name = '']) => name);
  const set = new Set(keysIn(data));
  expect(optional.filter((name) => !set.has(name))).toEqual([]);
  expect(optional).not.toEqual([]);
});
