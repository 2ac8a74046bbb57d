/**
 * What a process of the image does (`ROLE`).
 * `all` is a whole deployment in one process: it migrates, then does what `api`, `graphql` and `worker` do.
 */
export const processRoles = ['all', 'api', 'graphql', 'worker', 'migrate'] as const;
export type ProcessRole = (typeof processRoles)[number];

/** Roles that listen until they are told to stop; `migrate` runs to its end. */
export type ServingRole = Exclude<ProcessRole, 'migrate'>;
/** Those with a workload of their own in a cluster; each is scaled by itself. */
export const workloadRoles = ['api', 'graphql', 'worker'] as const satisfies readonly ServingRole[];
export type WorkloadRole = (typeof workloadRoles)[number];
/**
 * Where a role listens besides METRICS_PORT, and the setting that says on which port; probes are answered on the first.
 * `probes`: what a process answers that serves nobody else.
 */
export const listenersOf = {
  all: [
    ['http', 'PORT'],
    ['graphql', 'GRAPHQL_PORT'],
  ],
  api: [['http', 'PORT']],
  graphql: [['graphql', 'GRAPHQL_PORT']],
  worker: [['probes', 'PORT']],
} as const satisfies Record<ServingRole, readonly [readonly [string, string], ...(readonly [string, string])[]]>;

/** Guide row AUTH-14. `API_Access`: any call of the REST API with a credential; `GraphQL_Access`: any call of GraphQL. */
export const permissions = ['Read', 'Write', 'Execute', 'Admin', 'API_Access', 'GraphQL_Access'] as const;
export type Permission = (typeof permissions)[number];

/** Guide row AUTH-13. A key or user of a role holds exactly these permissions. */
export const userRoles = {
  Admin: ['Read', 'Write', 'Execute', 'Admin', 'API_Access', 'GraphQL_Access'],
  Developer: ['Read', 'Write', 'Execute', 'API_Access', 'GraphQL_Access'],
  User: ['Read', 'Write', 'API_Access'],
  ReadOnly: ['Read', 'API_Access'],
} as const satisfies Record<string, readonly Permission[]>;
export type UserRole = keyof typeof userRoles;
