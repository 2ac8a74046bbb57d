import type { Client } from '../client/client.ts';
import type { AnyInput } from '../client/request.ts';
import type { CallInput } from '../client/types.ts';
import type { EndpointName } from '../contract/endpoints.ts';
import type { Shape } from '../http/shape.ts';
import { shapes } from '../shapes.ts';

/**
 * How the tests over all endpoints call one:
 * - `'example'`: with the first of the examples that the schema of its body declares (`.meta({ examples })`);
 * - an input, `{}` where the endpoint takes none;
 * - `owned`, where the endpoint is about an object that has an owner: makes one with the owner's client, anew for each call;
 *   anybody else who asks for the same is answered 404;
 * - `prepared`, where all who hold the permission see the same objects: makes one with an administrator's client.
 */
type Sample<N extends EndpointName> =
  | 'example'
  | CallInput<N>
  | { readonly owned: (owner: Client) => Promise<CallInput<N>> }
  | { readonly prepared: (admin: Client) => Promise<CallInput<N>> };

/** A new endpoint needs its line here, else this does not compile; the tests of access and of all bodies then cover it. */
const samples: { readonly [N in EndpointName]: Sample<N> } = {
  generate: 'example',
  usage: { query: { bucket: 'day', group_by: 'model' } },
  models: {},
  chatCompletions: 'example',
  compatibleModels: {},
  compatibleModel: { params: { model: 'auto' } },
  root: {},
  health: {},
  ready: {},
  healthDetailed: {},
  cacheStats: {},
  clearCache: {},
  processMetrics: {},
  metrics: {},
  openapi: {},
  docs: {},
  docsFile: { params: { file: 'start.js' } },
  graphql: 'example',
  graphiql: {},
  graphiqlFile: { params: { file: 'start.js' } },
};

/** Whether the endpoint is about an object that has an owner. */
export function hasOwner(name: EndpointName): boolean {
  const sample = samples[name];
  return sample !== 'example' && 'owned' in sample;
}

function exampleOf(name: EndpointName): AnyInput {
  const { body }: Shape = shapes[name];
  const { examples } = body.meta() ?? {};
  const example: unknown = Array.isArray(examples) ? examples[0] : undefined;
  if (example === undefined) throw new Error(`the body of ${name} has no example: add .meta({ examples: [...] }) to its schema`);
  return { body: example };
}

/** An input that the endpoint answers well when the owner asks. */
export async function sampleOf(
  name: EndpointName,
  { owner, admin }: { readonly owner: Client; readonly admin: Client },
): Promise<AnyInput> {
  const sample = samples[name];
  if (sample === 'example') return exampleOf(name);
  if ('owned' in sample) return sample.owned(owner);
  return 'prepared' in sample ? sample.prepared(admin) : sample;
}
