import { ports } from '../../contract/ports.ts';
import { deploymentNames, environmentNames } from '../../contract/product.ts';
import { githubIssuer } from '../../contract/signing.ts';

/**
 * The `leyenda` command: what it offers, declared once. The command-line parser is built from this table,
 * its handlers are typed by it, and the workflows can only call what stands here.
 */
type FlagType = 'boolean' | 'string' | 'integer' | 'seconds';
export interface Flag {
  readonly type: FlagType;
  readonly doc: string;
  readonly required?: boolean;
  readonly default?: string | number | boolean;
  /** The smallest number that is accepted; not set: 0. */
  readonly least?: number;
}
export interface Argument {
  readonly doc: string;
  readonly choices?: readonly string[];
  /** Not set: the argument must be given. */
  readonly default?: string;
}
export interface Command {
  readonly summary: string;
  /** Positional, in this order. */
  readonly args: Readonly<Record<string, Argument>>;
  readonly flags: Readonly<Record<string, Flag>>;
}

/** The environments of guide G3's deploy script (row SC-01). */
export const composeEnvironments = ['staging', 'production'] as const;

const environment = { doc: 'environment', choices: environmentNames } as const satisfies Argument;
const json = { type: 'boolean', doc: 'print one JSON document on standard output', default: false } as const satisfies Flag;
const image = { type: 'string', doc: 'image of the service, by digest: NAME@sha256:…' } as const satisfies Flag;
const timeout = { type: 'seconds', doc: 'most seconds until the verdict', default: 300, least: 1 } as const satisfies Flag;
const wait = { type: 'seconds', doc: 'seconds to wait while somebody else deploys; 0: stop at once', default: 0 } as const satisfies Flag;
const github = {
  type: 'boolean',
  doc: 'tell GitHub how it goes: a deployment and a commit status',
  default: false,
} as const satisfies Flag;
const githubComment = {
  type: 'boolean',
  doc: 'with --github: comment on a failure, with its evidence',
  default: false,
} as const satisfies Flag;
const issuer = {
  type: 'string',
  doc: 'OIDC provider that vouched for who signed',
  default: githubIssuer,
} as const satisfies Flag;

export const commands = {
  synth: {
    summary: 'write the Kubernetes manifests of every environment and reference, or of one',
    args: { environment: { ...environment, choices: [...deploymentNames, 'all'], default: 'all' } },
    flags: { image, out: { type: 'string', doc: 'folder to write to', default: 'dist' }, json },
  },
  diff: {
    summary: 'show what a deploy would change, by a server-side dry run',
    args: { environment },
    flags: { image: { ...image, required: true }, json },
  },
  deploy: {
    summary: 'roll an image out, judge it, and take it back when it is not healthy',
    args: { environment },
    flags: {
      image: { ...image, required: true },
      timeout,
      'dry-run': { type: 'boolean', doc: 'plan only: write nothing', default: false },
      'no-rollback': { type: 'boolean', doc: 'leave a failed release in place', default: false },
      soak: { type: 'seconds', doc: 'seconds without a restart after the rollout before it counts as healthy', default: 3 },
      evidence: { type: 'string', doc: 'file to write the evidence of a failure to, as JSON' },
      'signed-by': { type: 'string', doc: 'refuse an image that this identity did not sign, before anything is planned' },
      issuer,
      github,
      'github-comment': githubComment,
      wait,
      json,
    },
  },
  status: {
    summary: 'tell whether the workloads of the release that serves are healthy, and who deploys',
    args: { environment },
    flags: { json },
  },
  history: { summary: 'list the releases that the cluster remembers, newest first', args: { environment }, flags: { json } },
  drift: { summary: 'tell what differs from the release that serves, and who changed it', args: { environment }, flags: { json } },
  gc: {
    summary: 'remove what earlier releases left behind and nothing refers to',
    args: { environment },
    flags: { 'dry-run': { type: 'boolean', doc: 'only tell what would be removed', default: false }, wait, json },
  },
  verify: {
    summary: 'ask the deployed service itself whether it is healthy and which release answers',
    args: { environment },
    flags: { timeout: { ...timeout, default: 60 }, json },
  },
  rollback: {
    summary: 'bring an earlier release back and verify it',
    args: { environment, revision: { doc: 'revision to bring back; default: the last good one before this', default: 'previous' } },
    flags: { timeout, github, 'github-comment': githubComment, wait, json },
  },
  'verify-image': {
    summary: 'verify by cosign that an image was signed by exactly this identity or key',
    args: { image: { doc: 'image by digest: NAME@sha256:…' } },
    flags: {
      identity: { type: 'string', doc: 'who signed, in full: https://github.com/OWNER/NAME/.github/workflows/FILE@REF' },
      issuer,
      key: { type: 'string', doc: 'public key instead of an identity: a file' },
      'no-log': { type: 'boolean', doc: 'signatures of the key stand in no public transparency log', default: false },
      json,
    },
  },
  secrets: {
    summary: 'tell which secrets an environment needs, or check that its Secret holds them; no value is ever printed',
    args: { action: { doc: 'what to do', choices: ['check', 'list'] }, environment },
    flags: { json },
  },
  compose: {
    summary: 'bring a release to one host with Docker Compose, and wait until all of it is healthy',
    args: {
      action: { doc: 'what to do', choices: ['deploy'] },
      environment: { doc: 'environment that has a Compose file', choices: composeEnvironments, default: 'staging' },
      version: { doc: 'image by digest, NAME@sha256:…; pinned: the one that the environment file names', default: 'pinned' },
    },
    flags: { 'dry-run': { type: 'boolean', doc: 'only tell what would be done', default: false }, json },
  },
  validate: {
    summary: 'ask a running service the five things that show that it works, wherever it runs',
    args: { url: { doc: 'where it is, without a path', default: `http://localhost:${ports.http}` } },
    flags: {
      'metrics-url': { type: 'string', doc: 'where /metrics is, if METRICS_PORT is not on the same host' },
      host: {
        type: 'string',
        doc: 'host name to ask for, if TRUSTED_HOSTS does not contain that of the address, as through a port-forward',
      },
      timeout: { ...timeout, doc: 'most seconds for each check', default: 30 },
      json,
    },
  },
  admin: {
    summary: 'set a new password for a user when no administrator can log in',
    args: {
      action: { doc: 'what to do', choices: ['reset-password'] },
      user: { doc: 'name of an active user', default: 'admin' },
    },
    flags: {
      environment: {
        type: 'string',
        doc: `environment in a cluster, one of ${environmentNames.join(', ')}; not given: the database that DATABASE_URL or LEYENDA_DATA_DIR names`,
      },
      'password-stdin': { type: 'boolean', doc: 'read the password from the first line of standard input', default: false },
      json,
    },
  },
  completion: {
    summary: 'print a script that completes commands, arguments and flags in a shell',
    args: { shell: { doc: 'shell', choices: ['bash', 'zsh', 'fish'] } },
    flags: { json },
  },
  workflows: {
    summary: "write the GitHub workflows from their source, or judge the committed ones by rules, actionlint and GitHub's language service",
    args: { action: { doc: 'what to do', choices: ['write', 'check'], default: 'check' } },
    flags: { json },
  },
} as const satisfies Record<string, Command>;
export type CommandName = keyof typeof commands;

type ValueOf<F extends Flag> = F['type'] extends 'boolean' ? boolean : F['type'] extends 'integer' | 'seconds' ? number : string;
type ArgumentValue<A extends Argument> = A['choices'] extends readonly (infer C)[] ? C : string;
type Given<F extends Flag> = F extends { required: true } | { default: string | number | boolean } ? ValueOf<F> : ValueOf<F> | undefined;

/** What a handler receives: arguments and flags, defaults filled in. */
export type Invocation<N extends CommandName> = {
  readonly args: {
    readonly [K in keyof (typeof commands)[N]['args']]: (typeof commands)[N]['args'][K] extends Argument
      ? ArgumentValue<(typeof commands)[N]['args'][K]>
      : never;
  };
  readonly flags: {
    readonly [K in keyof (typeof commands)[N]['flags']]: (typeof commands)[N]['flags'][K] extends Flag
      ? Given<(typeof commands)[N]['flags'][K]>
      : never;
  };
};

/** Exit codes of `leyenda`; stable, workflows and scripts may switch on them. */
export const exitCodes = {
  ok: 0,
  internal: 1,
  usage: 2,
  rolledBack: 3,
  rollbackFailed: 4,
  failed: 5,
  locked: 6,
  refused: 7,
  different: 8,
  unsigned: 9,
  frozen: 10,
} as const;
export type ExitName = keyof typeof exitCodes;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What each exit code means, whatever the command. */
export const exitMeanings: Readonly<Record<ExitName, string>> = {
  ok: 'done: deployed and verified, healthy, nothing differs',
  internal: 'an unexpected error of the tool itself',
  usage: 'bad arguments, environment or surroundings; nothing was done',
  rolledBack: 'the release was bad; the last good one is back and verified',
  rollbackFailed: 'the release was bad, and taking it back failed',
  failed: 'the release was bad and stands: --no-rollback, interrupted, or nothing to go back to',
  locked: 'another deploy holds the lock',
  refused: 'refused before anything was written: a conflict, a cluster that moved since the plan, a missing right, kind or namespace',
  different: 'what was looked at is not as it should be: not healthy, different, or something lacks',
  unsigned: 'nobody who was named is known to have signed the image; nothing was written',
  frozen: 'the release was bad and stays: its migration left a schema on which the last good one does not work',
};
