/** Roles with a workload in the cluster; each scales independently. */
export const workloadRoles = ['api', 'graphql', 'worker', 'scraper', 'analytics'] as const;
export type WorkloadRole = (typeof workloadRoles)[number];
/** A value for each workload role. */
export const byWorkloadRole = <T>(of: (role: WorkloadRole) => T): Readonly<Record<WorkloadRole, T>> => ({
  api: of('api'),
  graphql: of('graphql'),
  worker: of('worker'),
  scraper: of('scraper'),
  analytics: of('analytics'),
});

/**
 * Role of a process of the image (`ROLE`).
 * `all` is a complete deployment in one process: it migrates, then has every other role.
 * `scraper` fetches the sources of news; `analytics` analyses articles and writes exports.
 */
export const processRoles = ['all', ...workloadRoles, 'migrate'] as const;
export type ProcessRole = (typeof processRoles)[number];

/** Roles that work in the background, in addition to `all`, which does the work of all of them. */
export const backgroundRoles = ['worker', 'scraper', 'analytics'] as const satisfies readonly WorkloadRole[];
export type BackgroundRole = (typeof backgroundRoles)[number];

/** Roles that listen until SIGTERM; `migrate` exits when it is done. */
export type ServingRole = Exclude<ProcessRole, 'migrate'>;

/**
 * Listeners of a role in addition to METRICS_PORT, each with the setting of its port; the first one serves probes.
 * `probes`: serves probes only.
 */
export const listenersOf = {
  all: [
    ['http', 'PORT'],
    ['graphql', 'GRAPHQL_PORT'],
  ],
  api: [['http', 'PORT']],
  graphql: [['graphql', 'GRAPHQL_PORT']],
  worker: [['probes', 'PORT']],
  scraper: [['probes', 'PORT']],
  analytics: [['probes', 'PORT']],
} as const satisfies Record<ServingRole, readonly [readonly [string, string], ...(readonly [string, string])[]]>;

/** `API_Access`: any call of the REST API with a credential; `GraphQL_Access`: any call of GraphQL. */
export const permissions = ['Read', 'Write', 'Execute', 'Admin', 'API_Access', 'GraphQL_Access'] as const;
export type Permission = (typeof permissions)[number];

/** A key or user of a role has exactly these permissions. */
export const userRoles = {
  Admin: ['Read', 'Write', 'Execute', 'Admin', 'API_Access', 'GraphQL_Access'],
  Developer: ['Read', 'Write', 'Execute', 'API_Access', 'GraphQL_Access'],
  User: ['Read', 'Write', 'API_Access'],
  ReadOnly: ['Read', 'API_Access'],
} as const satisfies Record<string, readonly Permission[]>;
export type UserRole = keyof typeof userRoles;
