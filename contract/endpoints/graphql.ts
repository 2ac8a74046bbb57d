import type { Endpoint } from './endpoint.ts';

export const graphqlEndpoints = {
  /** Guide row API-15. */
  graphql: {
    group: 'GraphQL',
    method: 'POST',
    path: '/graphql',
    permission: 'GraphQL_Access',
    rateLimit: 'api',
    port: 'graphql',
    credentials: 'shown',
    summary: 'Run GraphQL operations',
  },
  /** Guide row API-19. */
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
