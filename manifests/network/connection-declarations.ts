import { processRoles } from '../../contract/roles.ts';
import { type Setting, type SettingName, settings } from '../../contract/settings.ts';
import { type ComponentName, components } from '../components/components.ts';
import { type Connection, connections } from '../components/connections.ts';
import { runsIn } from '../constructs/network-peers.ts';
import type { Environment } from '../environments/environment.ts';

/**
 * Returns the errors in the declared connections: one that no environment uses, one whose setting the source does not read, a missing
 * connection to DNS, one that is declared twice.
 */
export function validateConnections(environments: readonly Environment[], declared: readonly Connection[] = connections): string[] {
  return [
    ...declared.flatMap((connection) => [...unused(connection, environments), ...unread(connection)]),
    ...declared.flatMap((connection) => unresolved(connection, declared)),
    ...Object.values(Object.groupBy(declared, describe)).flatMap((same = []) =>
      same.length > 1 && same[0] ? [`${describe(same[0])} is declared ${same.length} times`] : [],
    ),
  ];
}

const describe = ({ from, to, port }: Connection) => `the connection ${from} → ${to} (${port})`;

/** An unused connection: no environment runs both components. */
function unused(connection: Connection, environments: readonly Environment[]): string[] {
  const { from, to } = connection;
  return environments.some((environment) => runsIn(environment, from) && runsIn(environment, to))
    ? []
    : [
        `${describe(connection)} is used by no environment: ${from} and ${to} run together in none of ${environments.map(({ name }) => name).join(', ')}`,
      ];
}

/** A connection whose source does not read the setting with the target's address. */
function unread(connection: Connection): string[] {
  const { from, setting } = connection;
  return setting === undefined || reads(from, setting)
    ? []
    : [`${describe(connection)} is configured by ${setting}, which ${from} does not read (${settings[setting].roles.join(', ')})`];
}

function reads(component: ComponentName, setting: SettingName): boolean {
  const { roles }: Setting = settings[setting];
  return processRoles.some((role) => role === component && roles.includes(role));
}

/** A setting with a host name requires a connection to DNS. */
function unresolved(connection: Connection, declared: readonly Connection[]): string[] {
  const { from, setting } = connection;
  const usesDns = declared.some((each) => each.from === from && each.to === 'dns');
  return setting === undefined || usesDns || components[from].kind !== 'workload'
    ? []
    : [`${describe(connection)} resolves the name in ${setting}, but no connection ${from} → dns is declared`];
}
