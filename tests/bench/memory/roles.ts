import { join } from 'node:path';
import { endpoints } from '../../../contract/endpoints/index.ts';
import { stopProcess } from '../server-process.ts';
import type { ServiceProcess } from '../service-process.ts';
import { type Memory, readMemory, startMeasured } from './measured-process.ts';
import { send } from './send.ts';
import { type Workload, work, workloads } from './workloads.ts';

type Settings = Readonly<Record<string, string>>;

const graphql: Workload = {
  name: 'GraphQL',
  concurrency: 32,
  each: ({ graphqlUrl }) => send({ url: graphqlUrl + endpoints.graphql.path, body: { query: '{ models { id name } }' } }),
};

interface Role {
  readonly name: string;
  readonly env: Settings;
  readonly load: Workload;
  readonly count: number;
  /** The batches of a worker are sent to another process. */
  readonly front?: Settings;
}

const [requests, batches] = [5000, 50];

const embedded = (folder: string): Role[] => [
  { name: 'all, embedded', env: { LEYENDA_DATA_DIR: join(folder, 'roles') }, load: workloads.requests, count: requests },
];
const withStores = (stores: Settings): Role[] => [
  { name: 'all', env: stores, load: workloads.requests, count: requests },
  { name: 'api', env: { ...stores, ROLE: 'api' }, load: { ...workloads.requests, each: restOnly }, count: requests },
  { name: 'graphql', env: { ...stores, ROLE: 'graphql' }, load: graphql, count: requests },
  { name: 'worker', env: { ...stores, ROLE: 'worker' }, load: workloads.batches, count: batches, front: { ...stores, ROLE: 'api' } },
];

/** The role api does not listen for GraphQL. */
const restOnly = (service: ServiceProcess, index: number) => workloads.requests.each({ ...service, graphqlUrl: service.url }, index);

async function measureRole({ env, load, count, front }: Role, models: Settings, log: string): Promise<Memory> {
  const server = await startMeasured(log, { ...models, ...env });
  const other = front && (await startMeasured(log, { ...models, ...front }));
  await work(load, other ?? server, 0, count);
  const memory = await readMemory(server);
  await Promise.all([server, ...(other ? [other] : [])].map(stopProcess));
  return memory;
}

/** The memory of each role after some load; `stores` is a reason if there are none. */
export async function measureRoles(folder: string, stores: Settings | string, models: Settings) {
  const roles = [...embedded(folder), ...(typeof stores === 'string' ? [] : withStores(stores))];
  const results: (Memory & { readonly name: string })[] = [];
  for (const role of roles) results.push({ name: role.name, ...(await measureRole(role, models, join(folder, 'roles.log'))) });
  return results;
}
