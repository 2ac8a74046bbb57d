import { processRoles } from '../../contract/roles.ts';
import { type Setting, type SettingName, settings } from '../../contract/settings.ts';
import { type ComponentName, components } from '../components/components.ts';
import { type Connection, connections } from '../components/connections.ts';
import { runsIn } from '../constructs/network-peers.ts';
import type { Environment } from '../environments/environment.ts';

/**
 * What is wrong with the contract's connections themselves: one that nobody can use, one that is not there though a name must be
 * looked up, one that is declared twice. Each names both ends and what contradicts them.
 */
export function validateConnections(environments: readonly Environment[], declared: readonly Connection[] = connections): string[] {
  return [
    ...declared.flatMap((connection) => [...unused(connection, environments), ...unread(connection)]),
    ...declared.flatMap((connection) => unresolved(connection, declared)),
    ...Object.values(Object.groupBy(declared, told)).flatMap((same = []) =>
      same.length > 1 && same[0] ? [`${told(same[0])} is declared ${same.length} times`] : [],
    ),
  ];
}

const told = ({ from, to, port }: Connection) => `the connection ${from} → ${to} (${port})`;

/** Both ends run somewhere together. */
function unused(connection: Connection, environments: readonly Environment[]): string[] {
  const { from, to } = connection;
  return environments.some((environment) => runsIn(environment, from) && runsIn(environment, to))
    ? []
    : [
        `${told(connection)} is used by no environment: ${from} and ${to} run together in none of ${environments.map(({ name }) => name).join(', ')}`,
      ];
}

/** Whom the setting names, its reader calls. */
function unread(connection: Connection): string[] {
  const { from, setting } = connection;
  return setting === undefined || reads(from, setting)
    ? []
    : [`${told(connection)} is told by ${setting}, which the contract does not have ${from} read (${settings[setting].roles.join(', ')})`];
}

function reads(component: ComponentName, setting: SettingName): boolean {
  const { roles }: Setting = settings[setting];
  return processRoles.some((role) => role === component && roles.includes(role));
}

/** A setting gives a name, and who has a name must ask for its address. */
function unresolved(connection: Connection, declared: readonly Connection[]): string[] {
  const { from, setting } = connection;
  const asks = declared.some((each) => each.from === from && each.to === 'dns');
  return setting === undefined || asks || components[from].kind !== 'workload'
    ? []
    : [`${told(connection)} goes by the name in ${setting}, but the contract declares no connection ${from} → dns to look it up`];
}
