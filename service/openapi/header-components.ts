import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import type { EndpointName } from '../../contract/endpoints/index.ts';
import { responseHeaderNames, responseHeaders } from '../http/response-headers.ts';
import type { Shape } from '../http/shape.ts';
import { type DeclaredHeaders, responseHeadersOf } from './response-headers.ts';

type Presence = NonNullable<DeclaredHeaders[keyof DeclaredHeaders]>;

/** Name of a header component: each header has a required and an optional one. */
const componentOf = (name: string, presence: Presence) => (presence === 'always' ? name : `${name}.optional`);

/** Registers every response header of the contract as a component. */
export function registerHeaders(registry: OpenAPIRegistry): void {
  for (const name of responseHeaderNames) {
    for (const presence of ['always', 'sometimes'] as const) {
      registry.registerComponent('headers', componentOf(name, presence), { ...responseHeaders[name], required: presence === 'always' });
    }
  }
}

/** The headers of an endpoint's response with a status code, as references to components. */
export function headerReferences(name: EndpointName, shape: Shape, status: number) {
  const declared = responseHeadersOf(name, shape, status);
  return Object.fromEntries(
    responseHeaderNames.flatMap((header) => {
      const presence = declared[header];
      return presence === undefined ? [] : [[header, { $ref: `#/components/headers/${componentOf(header, presence)}` }] as const];
    }),
  );
}
