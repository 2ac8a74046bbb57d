import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { names, product } from '../../contract/product.ts';
import { local } from '../../manifests/environments/local.ts';

/** What `tests/e2e/prepare` prints, and the cluster. Undefined, with the reason, where something is missing. */
export function setup(): { readonly images: Images } | { readonly missing: string } {
  const { KUBECONFIG, E2E_IMAGE_ONE: one, E2E_IMAGE_TWO: two, E2E_IMAGE_CRASH: crash, E2E_IMAGE_STAND_IN: standIn } = process.env;
  if (!KUBECONFIG) return { missing: 'KUBECONFIG names no cluster' };
  if (!one || !two || !crash || !standIn) return { missing: 'no images: eval "$(tests/e2e/prepare)" first' };
  return {
    images: { one, two, crash, standIn, absent: `${one.split('@')[0]}@sha256:${'0'.repeat(64)}` },
  };
}

export interface Images {
  readonly one: string;
  readonly two: string;
  readonly crash: string;
  /** Plays the service in rollouts that are tested by the dozen. */
  readonly standIn: string;
  /** A digest that no registry has. */
  readonly absent: string;
}

export const namespace = product.name;
/** The gateway's namespace: the only one from which the API may be called. */
export const edgeNamespace = local.edge.namespace;
export const apiKey = 'e2e-key-0123456789abcdef';

const scratch = mkdtempSync(join(tmpdir(), 'leyenda-e2e-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
/** Of the deployer's ServiceAccount: it has its rights and no others. */
export const deployerConfig = join(scratch, 'deployer.kubeconfig');

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program's end; never throws for its exit code. */
export function run(
  command: string,
  args: readonly string[],
  { input = '', env = {} }: { input?: string; env?: Record<string, string> } = {},
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk);
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
    child.stdin.end(input);
  });
}

/** kubectl as the cluster's admin; throws when it fails. */
export async function kubectl(args: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await run('kubectl', args, input === undefined ? {} : { input });
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr || stdout}`);
  return stdout;
}

export const kubectlResult = (args: readonly string[], input = '') => run('kubectl', args, { input });

export async function getJson(...args: string[]) {
  return JSON.parse(await kubectl(['get', ...args, '-o', 'json']));
}

/** The release tool, with the deployer's rights and no others. */
export const leyenda = (...args: string[]) => run('node', ['scripts/leyenda.js', ...args], { env: { KUBECONFIG: deployerConfig } });

/** A kubeconfig of the deployer's ServiceAccount, from the admin's. */
export async function becomeDeployer(): Promise<void> {
  const token = (await kubectl(['-n', namespace, 'create', 'token', names.deployer, '--duration=2h'])).trim();
  const config = JSON.parse(await kubectl(['config', 'view', '--raw', '--minify', '--flatten', '-o', 'json']));
  writeFileSync(deployerConfig, JSON.stringify({ ...config, users: [{ name: config.users[0].name, user: { token } }] }), { mode: 0o600 });
}
