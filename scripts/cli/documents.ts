import * as z from 'zod';
import { environmentNames } from '../../contract/product.ts';
import { type DocumentName, schemaId } from './document.ts';

const environment = z.enum(environmentNames);
const anyEnvironment = z.string().describe('environment or reference');
const revision = z.int().positive();
const image = z.string().describe('image by digest');
const time = z.iso.datetime();
const object = z.string().describe('kind and name, such as Deployment/instagram-captions-api');
const actor = z.string().describe('who deployed, as far as the surroundings tell');
const outcome = z.enum(['deploying', 'good', 'failed', 'rolled-back', 'interrupted']).or(z.string());
const value = z.json().describe('null: the field is not there');

const change = z.strictObject({
  object,
  action: z.enum(['create', 'update', 'prune']),
  fields: z.array(z.string()).describe('path: before → after; values of secrets masked'),
});
const evidence = {
  code: z.string().describe('kind of the cause, such as crash-loop'),
  cause: z.string().describe('one line for a person'),
  others: z.array(z.string()).describe('other causes, found at the same time'),
  provedAt: time.describe('when the fact that proves it came about, by the cluster’s clock'),
  chain: z.array(z.string()).describe('objects from the workload down to the pod'),
  logs: z.array(z.strictObject({ pod: z.string(), container: z.string(), run: z.enum(['current', 'previous']), text: z.string() })),
  events: z.array(z.string()).describe('warnings, one line each'),
  nodes: z.array(z.string()).describe('conditions of the pod’s node'),
};
const strategy = z.looseObject({
  kind: z.string(),
  outcome: z.enum(['promoted', 'aborted', 'skipped']),
  steps: z.array(z.looseObject({ weight: z.number().describe('percent of the callers'), seconds: z.number(), pods: z.int() })),
  cause: z.string().optional(),
});
const report = {
  environment,
  outcome: z.enum(['nothing-to-do', 'planned', 'deployed', 'rolled-back', 'rollback-failed', 'frozen', 'failed', 'interrupted']),
  exitCode: z.int(),
  image,
  revision: revision.optional().describe('of this attempt; not there where nothing was attempted'),
  serving: revision.optional().describe('the revision that serves now, as far as is known'),
  changes: z.array(change),
  evidence: z.strictObject(evidence).optional().describe('why the release is bad'),
  strategy: strategy.optional().describe('how the release took over, where it did not do so pod by pod'),
  seconds: z.strictObject({
    total: z.number(),
    toVerdict: z.number().optional().describe('from the first fact that proves the release bad to the verdict'),
    toRestored: z.number().optional().describe('from the verdict until the last good release was back and verified'),
  }),
  calls: z.int().describe('how many calls the API server was sent'),
  state: z.string().describe('one line: what is the case now'),
};
const release = z.strictObject({
  revision,
  outcome,
  serves: z.boolean(),
  image,
  createdAt: time,
  actor,
  cause: z.string().describe('why it failed; empty where it did not'),
});
const lock = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('free') }),
  z.strictObject({ state: z.literal('held'), holder: z.string(), secondsLeft: z.int() }),
  z.strictObject({ state: z.literal('expired'), holder: z.string() }),
]);
const secret = z.strictObject({ name: z.string(), required: z.boolean(), readers: z.array(z.string()), doc: z.string() });
const finding = z.strictObject({
  name: z.string(),
  problem: z.enum(['missing', 'empty', 'malformed']),
  detail: z.string(),
  remedy: z.string(),
});
const signer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('identity'), identity: z.string(), issuer: z.string() }),
  z.strictObject({ kind: z.literal('key'), file: z.string(), log: z.boolean() }),
]);

/** What each document holds besides its `schema`. */
const contents = {
  synth: { files: z.array(z.strictObject({ file: z.string(), objects: z.int().describe('how many it holds') })) },
  diff: { environment, changes: z.array(change) },
  deploy: report,
  rollback: report,
  status: {
    environment,
    serving: revision.nullable(),
    lock,
    health: z
      .strictObject({ healthy: z.boolean(), problems: z.array(z.string()), workloads: z.array(object) })
      .nullable()
      .describe('null: no good release was deployed yet'),
  },
  history: { environment, serving: revision.nullable(), releases: z.array(release).describe('newest first') },
  drift: {
    environment,
    revision: revision.nullable().describe('the release that was compared; null: no good one was deployed yet'),
    note: z.string().nullable().describe('what makes the comparison less than it seems'),
    objects: z.array(
      z.strictObject({
        object,
        state: z.enum(['missing', 'changed']),
        fields: z.array(
          z.strictObject({
            path: z.string(),
            released: value,
            live: value,
            manager: z.string().nullable().describe('who wrote it last; null: not recorded'),
          }),
        ),
      }),
    ),
  },
  gc: {
    environment,
    dryRun: z.boolean(),
    removed: z.array(object).describe('with dryRun: what would be'),
    failed: z.array(object).describe('what could not be removed'),
    kept: z.array(z.strictObject({ object, why: z.string() })),
  },
  verify: {
    environment,
    passed: z.boolean(),
    failures: z.array(z.string()),
    revision: revision.optional(),
    endpoints: z.int().optional().describe('how many answered'),
    releases: z.array(z.string()).optional().describe('what they call themselves'),
    failedPod: z.string().optional(),
  },
  'verify-image': { image, digest: z.string(), signer, signatures: z.int() },
  secrets: {
    environment: anyEnvironment,
    secret: z.string().describe('name of the Secret'),
    secrets: z.array(secret).optional().describe('of list'),
    needed: z.int().optional().describe('of check: how many must be there'),
    findings: z.array(finding).optional().describe('of check'),
    unread: z.array(z.string()).optional().describe('of check: keys that nothing reads'),
  },
  compose: { environment, image, dryRun: z.boolean(), steps: z.array(z.string()).describe('command lines') },
  validate: {
    url: z.url(),
    passed: z.boolean(),
    checks: z.array(
      z.strictObject({
        check: z.enum(['health', 'metrics', 'user', 'cache', 'latency']),
        passed: z.boolean(),
        skipped: z.boolean().describe('the check does not apply to this address; it counts as passed'),
        detail: z.string(),
      }),
    ),
  },
  admin: {
    target: z.string().describe('where the database is: this machine, or the pod that did it'),
    user: z.string(),
    password: z.string().nullable().describe('the new one, printed once; null: it was read from standard input'),
    sessionsEnded: z.int(),
  },
  completion: { shell: z.enum(['bash', 'zsh', 'fish']), script: z.string() },
  workflows: {
    findings: z
      .array(z.looseObject({ file: z.string(), line: z.int(), checker: z.string(), text: z.string() }))
      .optional()
      .describe('of check'),
    checkers: z.record(z.string(), z.string()).optional().describe('of check: what each has found'),
    written: z.array(z.string()).optional().describe('of write'),
    removed: z.array(z.string()).optional().describe('of write'),
  },
  error: { error: z.string(), remedy: z.string(), exitCode: z.int() },
  evidence,
} as const satisfies Record<DocumentName, z.ZodRawShape>;

const documentNames = Object.keys(contents).filter((name): name is DocumentName => name in contents);

/** The schema of each JSON document that `leyenda` prints or writes; a document that none describes does not compile. */
export const documentSchemas: ReadonlyMap<DocumentName, z.ZodObject> = new Map(
  documentNames.map((name) => [name, z.strictObject({ schema: z.literal(schemaId(name)), ...contents[name] })]),
);

/**
 * Reads a printed document by the schema that it names.
 * @throws where it is not as that schema says
 */
export function parseDocument(text: string): Readonly<Record<string, unknown>> {
  const document = z.looseObject({ schema: z.string() }).parse(JSON.parse(text));
  const name = documentNames.find((one) => schemaId(one) === document.schema);
  const schema = name === undefined ? undefined : documentSchemas.get(name);
  if (schema === undefined) throw new Error(`no document has the schema ${document.schema}`);
  return schema.parse(document);
}
