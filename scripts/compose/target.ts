import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../cli/failure.ts';
import { assertDigest } from '../cli/image.ts';

/** Environments with a Compose file. */
export const composeEnvironments = ['staging', 'production'] as const;
type ComposeEnvironment = (typeof composeEnvironments)[number];

/** What a host is to serve, and where it is asked (guide row SC-03). */
export interface ComposeTarget {
  readonly environment: ComposeEnvironment;
  /** Where the files stand, and backups are written. */
  readonly folder: string;
  readonly composeFile: string;
  readonly envFile: string;
  /** By digest. */
  readonly image: string;
  /** What /health then calls the release. */
  readonly release: string;
  /** Where the proxy listens on this host, and the host name that it answers to. */
  readonly url: string;
  readonly host: string;
  /** Whether the database is saved first. */
  readonly backup: boolean;
}

/** Row SC-03. Production publishes port 80 too, which only leads to 443. */
const places = {
  staging: { url: 'http://127.0.0.1:8080', backup: false },
  production: { url: 'https://127.0.0.1:443', backup: true },
} as const satisfies Record<ComposeEnvironment, unknown>;

interface Wanted {
  readonly environment: ComposeEnvironment;
  /** `pinned`: what the environment file names. */
  readonly version: string;
  readonly host: string;
  readonly folder: string;
}

/**
 * What is to be deployed, after checks that need nothing but files (row SC-02).
 * @throws {Failure} `usage` for a missing file, or an image that is not named by digest
 */
export function composeTarget({ environment, version, host, folder }: Wanted): ComposeTarget {
  const composeFile = `compose.${environment}.yaml`;
  const envFile = `.env.${environment}`;
  assertFile(folder, composeFile, 'run it in a folder that has the repository’s Compose files');
  assertFile(folder, envFile, 'make it, with a line LEYENDA_IMAGE=NAME@sha256:…');
  const image = imageOf(version, join(folder, envFile));
  return { environment, folder, composeFile, envFile, image, release: releaseOf(image), host, ...places[environment] };
}

function assertFile(folder: string, name: string, remedy: string): void {
  if (!existsSync(join(folder, name))) throw new Failure('usage', `there is no file ${name}`, remedy);
}

function imageOf(version: string, envFile: string): string {
  if (version !== 'pinned') return assertDigest(version);
  const pinned = /^LEYENDA_IMAGE=["']?([^"'\s]+)/m.exec(readFileSync(envFile, 'utf8'))?.[1];
  if (pinned === undefined) throw new Failure('usage', `${envFile} names no LEYENDA_IMAGE`, 'write it there, or give the image as VERSION');
  return assertDigest(pinned);
}

/** As many digits of the digest as tell releases apart. */
const releaseOf = (image: string): string => image.slice(image.indexOf('@sha256:') + '@sha256:'.length).slice(0, 12);
