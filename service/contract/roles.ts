/**
 * What a process of the image does (`ROLE`).
 * `all` is a whole deployment in one process: it migrates, then does what `api`, `graphql` and `worker` do.
 */
export const processRoles = ['all', 'api', 'graphql', 'worker', 'migrate'] as const;
export type ProcessRole = (typeof processRoles)[number];

/** The setting that says on which port a role answers probes; `migrate` runs to its end and answers none. */
export const probedOn = { all: 'PORT', api: 'PORT', graphql: 'GRAPHQL_PORT', worker: 'PORT' } as const satisfies Record<
  Exclude<ProcessRole, 'migrate'>,
  string
>;

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
