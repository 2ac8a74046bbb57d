import { ports } from '../../contract/ports.ts';
import { names } from '../../contract/product.ts';
import type { CommandName, ExitName } from './exit-codes.ts';

/** What `leyenda COMMAND --help` and docs/cli.md say of a command besides its arguments and flags. */
export interface Page {
  /** What it does and what it never does, a paragraph each. */
  readonly description: readonly string[];
  /** Command lines as they are typed, with what each is for. */
  readonly examples: readonly (readonly [line: string, doc: string])[];
  /** The exit codes that it has besides `ok`, `internal` and `usage`, with what they mean here. */
  readonly exits: Readonly<Partial<Record<ExitName, string>>>;
  readonly see: readonly CommandName[];
}

const refused = 'the API server does not answer, a right is missing, or the namespace does not exist; nothing was written';
const locked = 'somebody else holds the lock, who is named; nothing was written';

/** One page a command. A command without one does not compile. */
export const manual: Readonly<Record<CommandName, Page>> = {
  synth: {
    description: [
      'Writes one YAML file for each chart of each environment, checked against every policy before a byte is written. It asks no cluster and no network; the same source gives the same bytes.',
      'Fields of the environments and of every object are checked as the API server checks them. A mistake ends with exit code 2: a line for each, with the field or the path of the construct, the value, and the fix; nothing is written.',
    ],
    examples: [
      ['leyenda synth', 'all environments, and the deployments that the guides describe, to dist/'],
      ['leyenda synth staging --image ghcr.io/leyenda/api@sha256:… --out /tmp/manifests', 'one, with the image of a release'],
    ],
    exits: {},
    see: ['diff', 'deploy'],
  },
  diff: {
    description: [
      'Asks the API server, by a dry run of each object, what a deploy of this image would change: objects made (+), changed (~) with each field before and after, and removed (-). Values of secrets are masked. It never writes, and takes no lock.',
    ],
    examples: [
      ['leyenda diff staging --image ghcr.io/leyenda/api@sha256:…', 'before a deploy'],
      ['leyenda diff production --image ghcr.io/leyenda/api@sha256:… --json', 'for a program'],
    ],
    exits: {
      different: 'there are differences',
      refused: 'another field manager owns a field, or as for every command that asks a cluster',
    },
    see: ['deploy', 'drift'],
  },
  deploy: {
    description: [
      'Plans, locks, migrates, applies, judges, verifies, records and prunes. The first fact that proves the release bad ends the wait; its evidence is printed, and everything that the release changed goes back to the last good one, which is verified too.',
      'It never takes a field from another manager by force, never prunes volumes, definitions and namespaces, never runs migrations backwards, and writes nothing at all where nothing differs.',
      'A second deploy stops at once and names who holds the lock; with --wait it waits, then plans anew. The lock of a deploy that died expires by itself within 15 s.',
    ],
    examples: [
      ['leyenda deploy staging --image ghcr.io/leyenda/api@sha256:…', 'roll out, and take back what is not healthy'],
      ['leyenda deploy staging --image ghcr.io/leyenda/api@sha256:… --dry-run', 'only show the plan'],
      ['leyenda deploy production --image ghcr.io/leyenda/api@sha256:… --wait 600 --timeout 900 --evidence evidence.json', 'in a workflow'],
    ],
    exits: {
      rolledBack: 'the release was bad; the last good one is back and verified',
      rollbackFailed: 'the release was bad, and taking it back failed: somebody must look now',
      frozen: 'the release was bad and stays: its migration left a schema on which the last good one does not work',
      failed: 'the release was bad and stands: --no-rollback, interrupted, or nothing to go back to',
      locked,
      refused: 'a conflict, a cluster that moved since the plan, or a missing right; nothing was written',
      unsigned: '--signed-by names somebody who is not known to have signed the image; nothing was written',
    },
    see: ['diff', 'verify', 'history', 'rollback'],
  },
  status: {
    description: [
      'Looks once at the workloads of the release that serves and says what keeps each from being healthy, and who holds the lock. It never writes.',
    ],
    examples: [
      ['leyenda status production', 'one line, or one for each problem'],
      ['leyenda status production --json', 'for a program'],
    ],
    exits: { different: 'a workload is not healthy or missing, or no good release was deployed yet', refused },
    see: ['verify', 'history', 'drift'],
  },
  history: {
    description: [
      'Lists what the cluster remembers, newest first: revision, outcome, image, time, who deployed, and why it failed. A star marks the release that serves. Ten releases are remembered, and for longer the good one that serves and the one before it. It never writes.',
    ],
    examples: [
      ['leyenda history production', 'a table'],
      ['leyenda history production --json', 'with full image digests'],
    ],
    exits: { refused },
    see: ['rollback', 'status'],
  },
  drift: {
    description: [
      'Compares the live objects with the stored release that serves: by a server-side dry run that would take every field back, and by who owns the fields that people added. For each object it tells that it is missing, or each field as released and as it is (→), and the field manager that changed it, such as kubectl-set or kubectl (scale). Values of secrets are masked. It never writes.',
      'What an autoscaler chose within its bounds is no drift, nor what controllers and operators add, nor status, nor a migration Job that is gone. While a deploy is at work it refuses to compare.',
    ],
    examples: [
      ['leyenda drift production', 'what did somebody change by hand?'],
      ['leyenda drift staging --json', 'for a program'],
    ],
    exits: {
      different: 'something differs, or no good release was deployed yet',
      locked: 'a deploy is at work; ask again after it',
      refused,
    },
    see: ['status', 'diff', 'rollback'],
  },
  gc: {
    description: [
      'Removes what earlier releases and failed attempts left in the cluster: configuration by content hash, finished migration Jobs and other objects of their inventories, and release records beyond the bound. It takes the lock first.',
      'Kept is everything that belongs to the release that serves, to the good one before it, or to an attempt that was left in place, so that a rollback finds what it needs; what a pod still reads; a Job that still runs; ten records. Only objects whose UID stands in an inventory are removed, never a volume, a CustomResourceDefinition or a namespace, and never what somebody made anew under the same name.',
    ],
    examples: [
      ['leyenda gc staging --dry-run', 'what would be removed, and what is kept and why'],
      ['leyenda gc staging --wait 300', 'remove it, after a deploy that is at work'],
    ],
    exits: { different: 'something could not be removed; it is named', locked, refused },
    see: ['history', 'deploy'],
  },
  verify: {
    description: [
      'Asks every ready endpoint of the service through the API server: /health must name the release that was deployed, /ready must have what it requires, and a caller without a key must be refused. Then the workloads must be healthy within the time. It never writes.',
    ],
    examples: [
      ['leyenda verify production', 'is the release that was deployed the one that answers?'],
      ['leyenda verify staging --timeout 120', 'with more patience for an autoscaler at work'],
    ],
    exits: { different: 'not healthy; each failure is a line', refused },
    see: ['status', 'validate', 'drift'],
  },
  rollback: {
    description: [
      'Brings a remembered good release back as a new revision: its objects, its configuration and its references to secrets, by force where somebody else owns a field, and verifies it. What later releases added is removed.',
      'Migrations are never run backwards: the schema must serve the earlier release too.',
    ],
    examples: [
      ['leyenda rollback production', 'the good release before the one that serves'],
      ['leyenda rollback production 12 --wait 300', 'this revision, after a deploy that is at work'],
    ],
    exits: {
      rollbackFailed: 'bringing it back failed; the evidence is printed',
      failed: 'interrupted: partly brought back, not verified',
      locked,
      refused: 'no such good release is remembered, or as for every command that asks a cluster',
    },
    see: ['history', 'deploy', 'verify'],
  },
  'verify-image': {
    description: [
      'Lets cosign verify that exactly one identity, by exactly one OIDC provider, or one key signed exactly this digest. Patterns are not taken, and surroundings that loosen cosign are not passed on. It needs cosign on the PATH.',
    ],
    examples: [
      [
        'leyenda verify-image ghcr.io/leyenda/api@sha256:… --identity https://github.com/leyenda/leyenda/.github/workflows/release.yml@refs/heads/main',
        'keyless, as the release workflow signs',
      ],
      ['leyenda verify-image ghcr.io/leyenda/api@sha256:… --key cosign.pub', 'by a key'],
    ],
    exits: { unsigned: 'nobody who was named is known to have signed it' },
    see: ['deploy'],
  },
  secrets: {
    description: [
      'list tells from the source which secrets an environment needs and who reads them. check reads the Secret in the cluster and tells what lacks or does not fit. No value is ever printed, and nothing is ever written. The deployer may not read secrets: check is for somebody who may.',
    ],
    examples: [
      ['leyenda secrets list production', 'before anybody makes them; no cluster is asked'],
      ['leyenda secrets check production', 'before the first deploy'],
    ],
    exits: { different: 'something lacks or does not fit', refused: 'this account may not read the Secret' },
    see: ['deploy'],
  },
  compose: {
    description: [
      'deploy checks that the Compose file and the environment file stand there, pulls, saves the database first in production, brings the release up, waits up to 30 × 5 s until every container is healthy and the migration has ended well, and asks /health through the proxy for the release.',
      'An image is named by digest, never by a tag such as latest, which may mean something else at each pull. Without VERSION it is LEYENDA_IMAGE of the environment file: .env.staging or .env.production, a file of NAME=value lines for Compose. The dry run does every check that changes nothing and prints the very commands that would be run.',
      'It takes nothing back: on one host the former image is deployed again, which a failure names. It never removes a volume.',
    ],
    examples: [
      ['leyenda compose deploy', 'staging, the image that .env.staging names'],
      ['leyenda compose deploy production ghcr.io/leyenda/api@sha256:… --dry-run', 'what would be done'],
      ['leyenda compose deploy production ghcr.io/leyenda/api@sha256:…', 'after a backup'],
    ],
    exits: {
      failed: 'a step failed, or not all was healthy in time; the command that goes back is named',
      refused: 'Docker is not there or does not answer',
    },
    see: ['validate', 'deploy'],
  },
  validate: {
    description: [
      'Makes the five checks of guide G3 against a running service: /health says healthy; /metrics has a counter of requests; a user can be created; /cache/stats tells connected_clients; ten times /health within the time, with their average.',
      'It creates one user with a random name and password, and deletes it again. Creating users requires a credential with that permission in LEYENDA_API_KEY.',
      '/metrics is on METRICS_PORT if that is set, else on PORT. PORT then answers 404 and names the other port, which validate asks on the same host; --metrics-url is for another host. No edge leads to METRICS_PORT: through an edge the check is skipped, and its line says so. An address where /metrics is simply missing fails.',
    ],
    examples: [
      ['LEYENDA_API_KEY=… leyenda validate', `npm start or compose.yaml, at http://localhost:${ports.http}`],
      ['LEYENDA_API_KEY=… leyenda validate https://staging.api.yourapp.com --timeout 10', 'through the edge'],
      [
        `LEYENDA_API_KEY=… leyenda validate http://localhost:${ports.http} --host api.yourapp.com`,
        `after: kubectl port-forward deployment/${names.api} ${ports.http} ${ports.metrics}`,
      ],
    ],
    exits: { different: 'a check failed; each has a line of its own' },
    see: ['verify', 'compose'],
  },
  admin: {
    description: [
      'reset-password sets a new password for a user, ends the sessions of the user, and with the old password the waits after wrong ones. The audit log records it as done by operator. Without --password-stdin, the password is random and printed once.',
      'The database is the one of DATABASE_URL, else the embedded one in LEYENDA_DATA_DIR (default: .leyenda), which the service must not have open: stop it first. With --environment, a running pod of the API does it by the program in its image: that takes the right to create pods/exec, which the deployer does not have.',
      'If there is no such user, the active administrators are named.',
    ],
    examples: [
      ['leyenda admin reset-password', 'of admin, in the folder .leyenda, while the service is stopped'],
      ['DATABASE_URL=postgresql://… leyenda admin reset-password ada', 'of another user, in a PostgreSQL'],
      ['leyenda admin reset-password --environment production', 'in a cluster, as KUBECONFIG says'],
      ['pass show leyenda | leyenda admin reset-password --password-stdin', 'a password of your own'],
    ],
    exits: {
      refused:
        'there is no such active user, another process has the folder open, the database or the API server does not answer, or a right is missing; nothing was changed',
    },
    see: ['status', 'secrets'],
  },
  completion: {
    description: [
      'Prints a script that the shell loads. It is made from the same table as the commands themselves, so that it knows every argument and flag of this version. It writes no file.',
    ],
    examples: [
      ['source <(leyenda completion bash)', 'in ~/.bashrc'],
      ['leyenda completion zsh > ~/.zfunc/_leyenda', 'a folder that is in fpath'],
      ['leyenda completion fish > ~/.config/fish/completions/leyenda.fish', 'once'],
    ],
    exits: {},
    see: [],
  },
  workflows: {
    description: [
      'check compares the files in .github/workflows with their TypeScript source and names each that differs, lacks or has no source; it never writes. write makes them equal, and removes what has no source.',
    ],
    examples: [
      ['leyenda workflows', 'in continuous integration'],
      ['leyenda workflows write', 'after a change in .github/src'],
    ],
    exits: { different: 'a file differs from its source' },
    see: [],
  },
};
