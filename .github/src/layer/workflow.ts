import { Document, isMap, isScalar, visit, type YAMLMap } from 'yaml';
import { type Expression, renderValue } from './expression.ts';
import type { Job } from './job.ts';
import { permissionReasons } from './permissions.ts';
import { pins } from './pins.ts';

/** Events that start a workflow, without those that run untrusted code with the permissions of this repository. */
interface Triggers {
  readonly pull_request?: { readonly branches?: readonly string[] };
  readonly merge_group?: Readonly<Record<string, never>>;
  readonly push?: { readonly branches?: readonly string[]; readonly tags?: readonly string[] };
  /** UTC: minute, hour, day, month, weekday. */
  readonly schedule?: readonly { readonly cron: string }[];
  /** Manual start; `inputs`: `declared` of `workflowInputs()`. */
  readonly workflow_dispatch?: { readonly inputs?: Readonly<Record<string, unknown>> };
  /** A job of another workflow may run this one: `callWorkflow()`. */
  readonly workflow_call?: Readonly<Record<string, never>>;
}
interface Concurrency {
  readonly group: string | Expression;
  /** Whether a newer run cancels this one, otherwise it waits; `false` for workflows that deploy. */
  readonly cancels: boolean;
}
export interface Workflow {
  /** File name in `.github/workflows`. */
  readonly file: `${string}.yml`;
  /** Source module, named in the header of the file. */
  readonly source: string;
  readonly name: string;
  /** One sentence for the documents. */
  readonly purpose: string;
  readonly on: Triggers;
  readonly concurrency: Concurrency;
  readonly jobs: readonly Job<string>[];
}
/** A workflow that jobs of other workflows may run. */
export interface CallableWorkflow extends Workflow {
  readonly on: Triggers & { readonly workflow_call: Readonly<Record<string, never>> };
}

/** The workflow as YAML, with a header that names its source. Without the permissions of a job, the token has none. */
export function renderWorkflow({ source, name, on, concurrency, jobs }: Workflow): string {
  const document = new Document(
    {
      name,
      on,
      permissions: {},
      concurrency: { group: renderValue(concurrency.group), 'cancel-in-progress': concurrency.cancels },
      ...(jobs.some(({ rendered }) => runsScripts(rendered)) ? { defaults: { run: { shell: 'bash' } } } : {}),
      jobs: Object.fromEntries(jobs.map(({ id, rendered }) => [id, rendered])),
    },
    { aliasDuplicateObjects: false },
  );
  document.commentBefore = ` Generated from ${source} by \`npm run workflows\`. Change that, not this file.`;
  visit(document, {
    Pair(_, { key, value }, path) {
      // A blank line before each section and each job.
      const opens = path.length <= 2 ? isScalar(key) && key.value !== 'name' : isMap(value) && (value.has('runs-on') || value.has('uses'));
      if (isScalar(key) && opens) key.spaceBefore = true;
      if (!isScalar(key)) return;
      if (key.value === 'uses' && isScalar(value)) value.comment = commentOn(versionOf(String(value.value)));
      if (key.value === 'permissions' && isMap(value)) explainPermissions(value);
    },
    Map(_, map) {
      if (map.items.length === 0) map.flow = true;
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** Scorecard publishes no results of a workflow with `defaults`, which a workflow without scripts does not need. */
const runsScripts = ({ steps }: Job<string>['rendered']) => Array.isArray(steps) && steps.some((step: object) => 'run' in step);

/** A comment at the end of the line; null: none. */
const commentOn = (text: string | undefined) => (text === undefined ? null : ` ${text}`);

/** The version of a pinned action; a workflow of this repository has none. */
function versionOf(uses: string): string | undefined {
  if (uses.startsWith('./')) return undefined;
  const found = Object.entries(pins).find(([name, { sha }]) => uses === `${name}@${sha}`);
  if (found === undefined) throw new Error(`no pin for ${uses}`);
  return found[1].version;
}

function explainPermissions({ items }: YAMLMap): void {
  for (const { key, value } of items) {
    if (isScalar(value)) value.comment = commentOn(permissionReasons[`${key}: ${value.value}`]);
  }
}
