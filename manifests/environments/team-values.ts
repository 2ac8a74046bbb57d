import { ports } from '../../contract/ports.ts';
import type { Notify, Receiver } from './alert-receivers.ts';
import type { ExpectedCluster } from './cluster-properties.ts';

type Receivers = Notify['critical'];

/** @throws if the text is not OWNER/NAME */
export function gitHubRepository(text: string): `${string}/${string}` {
  const [owner, name] = text.split('/');
  if (owner === undefined || name === undefined) throw new Error(`${text} is not a repository: write OWNER/NAME`);
  return `${owner}/${name}`;
}

/** @returns undefined if the text is empty: any cluster. @throws if it has none of the forms */
export function expectedCluster(text: string): ExpectedCluster | undefined {
  if (text === '') return undefined;
  const [, kind, value = ''] = /^(\w+)=(.+)$/.exec(text) ?? [];
  if (kind === 'host') return { host: value };
  if (kind === 'uid') return { uid: value };
  if (kind === 'caSha256') return { caSha256: value };
  throw new Error(`${text} is not a cluster: write host=HOST, uid=UID or caSha256=HASH`);
}

/** @throws if a receiver has none of the forms */
export function alertReceivers(text: string): Receivers {
  const [first, ...others] = text.split(/\s+/).filter((part) => part !== '');
  if (first === undefined) throw new Error('no receiver is given: write pagerduty, webhook, slack:#CHANNEL or smtp://USER@HOST');
  return [receiver(first), ...others.map(receiver)];
}

function receiver(text: string): Receiver {
  if (text === 'pagerduty' || text === 'webhook') return { kind: text };
  if (text.startsWith('slack:')) return { kind: 'slack', channel: text.slice('slack:'.length) };
  const { protocol, hostname, username, searchParams } = URL.canParse(text) ? new URL(text) : new URL('none:');
  const [to, from] = [searchParams.get('to'), searchParams.get('from')];
  if (protocol !== 'smtp:' || to === null || from === null)
    throw new Error(`${text} is not a receiver: write pagerduty, webhook, slack:#CHANNEL or smtp://USER@HOST?from=ADDRESS&to=ADDRESS`);
  return { kind: 'email', to, from, smarthost: `${hostname}:${ports.smtp}`, user: decodeURIComponent(username) };
}
