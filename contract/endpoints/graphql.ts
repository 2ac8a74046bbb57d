import type { Endpoint } from './endpoint.ts';

export const graphqlEndpoints = {
  graphql: {
    group: 'GraphQL',
    method: 'POST',
    path: '/graphql',
    permission: 'GraphQL_Access',
    rateLimit: 'api',
    port: 'graphql',
    credentials: 'returned',
    summary: 'Run GraphQL operations',
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
  },
} as const satisfies Record<string, Endpoint>;
