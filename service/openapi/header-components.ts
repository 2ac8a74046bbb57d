import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import type { EndpointName } from '../../contract/endpoints/index.ts';
import { responseHeaderNames, responseHeaders } from '../http/response-headers.ts';
import { type DeclaredHeaders, responseHeadersOf } from './response-headers.ts';

type Presence = NonNullable<DeclaredHeaders[keyof DeclaredHeaders]>;

/** Name of a header among the components: each is described once, as required and as optional. */
const componentOf = (name: string, presence: Presence) => (presence === 'always' ? name : `${name}.optional`);

/** Adds every response header of the contract to the components. */
export function registerHeaders(registry: OpenAPIRegistry): void {
  for (const name of responseHeaderNames) {
    for (const presence of ['always', 'sometimes'] as const) {
      registry.registerComponent('headers', componentOf(name, presence), { ...responseHeaders[name], required: presence === 'always' });
    }
  }
}

/** The headers of an endpoint's response with a status, as references to the components. */
export function headerReferences(name: EndpointName, status: number) {
  const declared = responseHeadersOf(name, status);
  return Object.fromEntries(
    responseHeaderNames.flatMap((header) => {
      const presence = declared[header];
      return presence === undefined ? [] : [[header, { $ref: `#/components/headers/${componentOf(header, presence)}` }] as const];
    }),
  );
}
