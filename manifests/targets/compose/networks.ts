import type { ComponentName } from '../../components/components.ts';
import { type Connection, connections, isConfigured } from '../../components/connections.ts';
import type { Environment } from '../../environments/environment.ts';
import type { Network } from './compose-types.ts';

/** The networks. A component joins a network if one of its peers is in `members`. `internal`: without access to and from other networks. */
const networks = {
  /** The stores, which publish no port and have no access to the internet. */
  backend: { members: ['postgres', 'replica', 'redis'], internal: true },
  /** The services that the proxy forwards to. */
  frontend: { members: ['edge'] },
