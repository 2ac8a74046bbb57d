import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { Failure } from '../cli/failure.ts';
import { textAt } from '../values/json.ts';
import { assertContext } from './context.ts';

const serviceAccountToken = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/**
 * Loads the current context of the files in KUBECONFIG, of ~/.kube/config, or of the service account of the pod.
 * @throws {Failure} `usage` with the file and the fix, if there is none or no request could succeed with it
 */
export function loadKubeConfig(env: NodeJS.ProcessEnv = process.env): KubeConfig {
  const files = filesOf(env);
  if (files.length === 0 && env.KUBERNETES_SERVICE_HOST !== undefined && existsSync(serviceAccountToken)) {
    const config = new KubeConfig();
    config.loadFromCluster();
    return config;
  }
  const [first, ...rest] = files;
  if (first === undefined) throw new Failure('usage', 'no cluster is configured', 'set KUBECONFIG to a kubeconfig file');
  const config = read(first);
  for (const file of rest) merge(config, file);
  assertContext(config, files.join(delimiter));
  // The client appends paths, which start with a slash.
  config.clusters = config.clusters.map((cluster) => ({ ...cluster, server: cluster.server.replace(/(?<!\/)\/+$/, '') }));
  return config;
}

/** Like kubectl, skips missing files unless all are missing. */
function filesOf({ KUBECONFIG = '', HOME = homedir() }: NodeJS.ProcessEnv): readonly string[] {
  const named = KUBECONFIG.split(delimiter).filter((file) => file !== '');
  if (named.length === 0) return [join(HOME, '.kube', 'config')].filter((file) => existsSync(file));
  const present = named.filter((file) => existsSync(file));
  return present.length > 0 ? present : named.slice(0, 1);
}

function read(file: string): KubeConfig {
  const text = textOf(file);
  if (text.trim() === '') throw unusable(file, 'is empty');
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
  } catch (error) {
    throw unusable(file, `is not a kubeconfig: ${reasonOf(error)}`, error);
  }
  return config;
}

function textOf(file: string): string {
  try {
    if (statSync(file).isDirectory()) throw unusable(file, 'is a directory');
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Failure) throw error;
    const code = textAt(error, 'code') ?? '';
    throw unusable(
      file,
      { ENOENT: 'does not exist', EACCES: 'may not be read by this account' }[code] ?? `cannot be read (${code})`,
      error,
    );
  }
}

function merge(config: KubeConfig, file: string): void {
  const other = read(file);
  try {
    // The first file that sets the current context wins, as it does in kubectl.
    config.mergeConfig(other, Boolean(config.getCurrentContext()));
  } catch (error) {
    throw unusable(file, `cannot be merged with the other files of KUBECONFIG: ${reasonOf(error)}`, error);
  }
}

/** The message of the YAML parser quotes lines that may contain a token: only its reason and line number are used. */
function reasonOf(error: unknown): string {
  const reason = textAt(error, 'reason');
  if (reason !== undefined) return `${reason} (line ${lineOf(error)})`;
  return error instanceof TypeError ? 'it holds no clusters, contexts and users' : (textAt(error, 'message') ?? String(error));
}
const lineOf = (error: unknown): number => Number(Object(Object(error).mark).line ?? 0) + 1;

const unusable = (file: string, why: string, cause?: unknown): Failure =>
  new Failure('usage', `the kubeconfig ${file} ${why}`, 'set KUBECONFIG to a valid kubeconfig file', { cause });
