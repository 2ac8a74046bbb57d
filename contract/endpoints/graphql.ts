import type { Endpoint } from './endpoint.ts';

export const graphqlEndpoints = {
  graphql: {
    group: 'GraphQL',
    method: 'POST',
    path: '/graphql',
    permission: 'GraphQL_Access',
    rateLimit: 'api',
    port: 'graphql',
    callsModel: true,
    credentials: 'returned',
    summary: 'Run GraphQL operations',
    description:
      'Runs one operation, or a list of up to five. The error of a field is in `errors`, with status 200; a rejected request is a problem with its own status. A document beyond the limits of depth, aliases or cost is rejected before it runs. Each root field also requires the permission of its REST endpoint and counts against the same quota.',
  },
  graphiql: {
    group: 'GraphQL',
    method: 'GET',
    path: '/graphql',
    permission: 'public',
    rateLimit: 'api',
    port: 'graphql',
    notInProduction: true,
    conditional: true,
    summary: 'A page to try GraphQL in; not in production',
    description: 'An editor with the documentation of the schema. Production returns 405.',
  },
  graphiqlFile: {
    group: 'GraphQL',
    method: 'GET',
    path: '/graphql/page/:file',
    permission: 'public',
    rateLimit: 'api',
    port: 'graphql',
    notInProduction: true,
    conditional: true,
    summary: 'Scripts and styles of that page',
    description: 'Files that the editor loads from this service, so that it needs no other host.',
  },
} as const satisfies Record<string, Endpoint>;
