import type { Cluster, KubeConfig } from '@kubernetes/client-node';
import { Failure } from '../cli/failure.ts';
import { nearest } from '../cli/nearest.ts';
import { assertAuthority, assertClientCertificate } from './certificates.ts';

/**
 * Checks the cluster and the user of the current context before the first request.
 * @param file of the configuration, for messages
 * @throws {Failure} `usage`
 */
export function assertContext(config: KubeConfig, file: string): void {
  const name = config.getCurrentContext();
  const names = config.getContexts().map((context) => context.name);
  if (!name) throw unusable(`${file} has no current-context`, contextRemedy(names));
  const context = config.getContextObject(name);
  if (context === null) throw unusable(`the current context ${name} is not in ${file}`, contextRemedy(names, name));
  const cluster = config.getCluster(context.cluster);
  if (cluster === null) throw unusable(`context ${name} refers to cluster ${context.cluster}, which is not in ${file}`, 'add the cluster');
  assertServer(cluster, file);
  assertAuthority(cluster);
  // The type of the client requires a user, but a context may have none.
  const userName: string | undefined = context.user;
  const user = userName === undefined ? null : config.getUser(userName);
  if (userName !== undefined && user === null)
    throw unusable(`context ${name} refers to user ${userName}, which is not in ${file}`, 'add the user');
  if (user !== null) assertClientCertificate(user);
}

function contextRemedy(names: readonly string[], wanted = ''): string {
  if (names.length === 0) return 'set KUBECONFIG to a file with a context';
  return `run: kubectl config use-context ${nearest(wanted, names) ?? names[0]} (contexts: ${names.join(', ')})`;
}

function assertServer({ name, server, skipTLSVerify }: Cluster, file: string): void {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    throw unusable(`cluster ${name} in ${file} has the server ${server}, which is not a URL`, 'give it as https://HOST:PORT');
  if (url.protocol === 'http:' && !skipTLSVerify)
    throw unusable(
      `the server ${server} of cluster ${name} is not https, so credentials would be sent unencrypted`,
      'use https, or set insecure-skip-tls-verify: true for a local proxy',
    );
}

const unusable = (cause: string, remedy: string): Failure => new Failure('usage', cause, remedy);
