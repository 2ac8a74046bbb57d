import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { z } from 'zod';

const scalars = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({});
const step = z.looseObject({
  id: z.string().optional(),
  if: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().default(''),
  with: scalars,
  env: scalars,
});
const concurrency = z.object({ group: z.string(), 'cancel-in-progress': z.union([z.boolean(), z.string()]).default(false) });
const environment = z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]);
const permissions = z.union([z.string(), z.record(z.string(), z.string())]);
const images = z.record(z.string(), z.looseObject({ image: z.string() })).default({});
const strategy = z.object({ matrix: z.object({ include: z.array(z.record(z.string(), z.string())) }) });
const job = z.looseObject({
  needs: z.union([z.string().transform((id) => [id]), z.array(z.string())]).default([]),
  if: z.string().optional(),
  uses: z.string().optional(),
  'runs-on': z.unknown().optional(),
  'timeout-minutes': z.number().optional(),
  permissions: permissions.optional(),
  environment: environment.optional(),
  concurrency: concurrency.optional(),
  outputs: z.record(z.string(), z.string()).default({}),
  services: images,
  strategy: strategy.optional(),
  steps: z.array(step).default([]),
});
const events = z.union([
  z.string().transform((event) => [event]),
  z.array(z.string()),
  z.record(z.string(), z.unknown()).transform((on) => Object.keys(on)),
]);
const workflow = z.looseObject({
  on: events,
  permissions: permissions.optional(),
  concurrency: concurrency.optional(),
  jobs: z.record(z.string(), job),
});

export type Step = z.infer<typeof step>;
export type Job = z.infer<typeof job>;
export interface WorkflowFile extends z.infer<typeof workflow> {
  readonly file: string;
  readonly text: string;
  /** Every `uses` with its comment and its line. */
  readonly pinned: readonly { readonly uses: string; readonly comment: string; readonly line: number }[];
  /** First line of a node, from 1, such as `['jobs', 'test', 'steps', 0]`; of the nearest ancestor if it does not exist. */
  lineOf(path: readonly (string | number)[]): number;
}

/**
 * Parses a workflow file for the rules.
 * @throws if the text is not YAML, or not a workflow
 */
export function parseWorkflow(file: string, text: string): WorkflowFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) throw new Error(`${file}: ${document.errors.map(({ message }) => message).join('; ')}`);
  const pinned: { uses: string; comment: string; line: number }[] = [];
  visit(document, {
    Pair(_, { key, value }) {
      if (isScalar(key) && key.value === 'uses' && isScalar(value)) {
        const { line } = lines.linePos(value.range?.[0] ?? 0);
        pinned.push({ uses: String(value.value), comment: (value.comment ?? '').trim(), line });
      }
    },
  });
  const lineOf = (path: readonly (string | number)[]) => lines.linePos(offsetOf(document, path)).line;
  return { ...workflow.parse(document.toJS()), file, text, pinned, lineOf };
}

/** Offset of a key or of a list item. */
function offsetOf(document: Document, path: readonly (string | number)[]): number {
  if (path.length === 0) return 0;
  const parent = document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  const key = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === last)?.key : document.getIn(path, true);
  return isNode(key) && key.range ? key.range[0] : offsetOf(document, path.slice(0, -1));
}

/** `owner/name` or `owner/name/path` of the action; empty for a script. */
export const actionOf = ({ uses = '' }: Step) => uses.split('@')[0] ?? '';

/** A workflow of this repository, which the rules check as well. */
export const isLocalWorkflow = (uses: string) => /^\.\/\.github\/workflows\/[\w-]+\.yml$/.test(uses);
/** Whether the job only calls another workflow of this repository. */
export const isCall = ({ uses = '' }: Job) => isLocalWorkflow(uses);

/** Whether the step or job always runs, and its failure stops what follows. */
export const isUnconditional = (part: Step | Job) => part.if === undefined && part['continue-on-error'] === undefined;

/** The permissions of a job; empty if they are not a list of names. */
export const permissionsOf = ({ permissions }: Job): Readonly<Record<string, string>> =>
  typeof permissions === 'object' ? permissions : {};
