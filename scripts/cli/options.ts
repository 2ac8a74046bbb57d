import { githubIssuer } from '../../contract/signing.ts';
import { environmentNames } from '../../manifests/environments/index.ts';
import type { Argument, Flag } from './command.ts';

/** Arguments, flags and exit meanings that several commands share. */
export const environment = { doc: 'environment', choices: environmentNames } as const satisfies Argument;

export const image = { type: 'string', doc: 'image of the service by digest: NAME@sha256:…' } as const satisfies Flag;
export const timeout = { type: 'seconds', doc: 'maximum time until the result', default: 300, min: 1 } as const satisfies Flag;
export const wait = { type: 'seconds', doc: 'time to wait for the deploy lock; 0: fail at once', default: 0 } as const satisfies Flag;
export const dryRun = { type: 'boolean', doc: 'print the plan and change nothing' } as const satisfies Flag;
export const github = { type: 'boolean', doc: 'report to GitHub: a deployment and a commit status' } as const satisfies Flag;
export const githubComment = { type: 'boolean', doc: 'with --github: comment on a failure, with its evidence' } as const satisfies Flag;
export const issuer = { type: 'string', doc: 'OIDC provider of the signer', default: githubIssuer } as const satisfies Flag;

export const rejected = 'the API server does not answer, a permission is missing, or the namespace does not exist; nothing was changed';
export const locked = 'another deploy holds the lock and is named; nothing was changed';
