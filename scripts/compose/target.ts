import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { Failure } from '../cli/failure.ts';
import { assertDigest } from '../cli/image.ts';

/** Environments with a Compose file. */
export const composeEnvironments = ['staging', 'production'] as const;
type ComposeEnvironment = (typeof composeEnvironments)[number];

/** The release for a host, and the URL to verify it. */
export interface ComposeTarget {
  readonly environment: ComposeEnvironment;
  /** Folder of the Compose files and of backups. */
  readonly folder: string;
  readonly composeFile: string;
  readonly envFile: string;
  readonly image: string;
  /** Release that /health must report. */
  readonly release: string;
  /** URL of the proxy on this host, and the Host header that it serves. */
  readonly url: string;
  readonly host: string;
  /** Whether the database is backed up first. */
  readonly backup: boolean;
}

/** Port 80 of production only redirects to 443. */
const endpoints = {
  staging: { url: 'http://127.0.0.1:8080', backup: false },
  production: { url: 'https://127.0.0.1:443', backup: true },
} as const satisfies Record<ComposeEnvironment, unknown>;

interface Wanted {
  readonly environment: ComposeEnvironment;
  /** `pinned`: the image in the environment file. */
  readonly version: string;
  readonly folder: string;
}

/**
 * Checks the files and the image.
 * @throws {Failure} `usage` if a file or a variable is missing, or the image is not a digest reference
 */
export function composeTarget({ environment, version, folder }: Wanted): ComposeTarget {
  const composeFile = `compose.${environment}.yaml`;
  const envFile = `.env.${environment}`;
  assertFile(folder, composeFile, 'run the command in a folder with the Compose files of the repository');
  assertFile(folder, envFile, `copy it from ${envFile}.example`);
  const variables = parseEnv(readFileSync(join(folder, envFile), 'utf8'));
  const required = (name: string, remedy: string): string => {
    const value = variables[name];
    if (value === undefined || value === '') throw new Failure('usage', `${envFile} has no ${name}`, remedy);
    return value;
  };
  const host = required('LEYENDA_HOST', 'add the host name that the proxy serves');
  const image = assertDigest(version === 'pinned' ? required('LEYENDA_IMAGE', 'add it, or pass the image as VERSION') : version);
  return { environment, folder, composeFile, envFile, image, release: releaseOf(image), host, ...endpoints[environment] };
}

function assertFile(folder: string, name: string, remedy: string): void {
  if (!existsSync(join(folder, name))) throw new Failure('usage', `there is no file ${name}`, remedy);
}

/** The first 12 digits of the digest. */
const releaseOf = (image: string): string => image.slice(image.indexOf('@sha256:') + '@sha256:'.length).slice(0, 12);

/** The target with another release. @param image a digest reference */
export const withImage = (target: ComposeTarget, image: string): ComposeTarget => ({ ...target, image, release: releaseOf(image) });
