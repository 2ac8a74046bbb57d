import { Document, isMap, isScalar, visit } from 'yaml';
import { type Expression, renderValue } from './expression.ts';
import type { Job } from './job.ts';
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
  /** Concurrency group in which a newer run cancels this one; not for workflows that deploy. */
  readonly cancelGroup?: Expression;
  readonly jobs: readonly Job<string>[];
}

/** The workflow as YAML, with a header that names its source. Without the permissions of a job, the token has none. */
export function renderWorkflow({ source, name, on, cancelGroup: supersededIn, jobs }: Workflow): string {
  const document = new Document(
    {
      name,
      on,
      permissions: {},
      ...(supersededIn === undefined ? {} : { concurrency: { group: renderValue(supersededIn), 'cancel-in-progress': true } }),
      ...(jobs.some(({ rendered }) => runsScripts(rendered)) ? { defaults: { run: { shell: 'bash' } } } : {}),
      jobs: Object.fromEntries(jobs.map(({ id, rendered }) => [id, rendered])),
    },
    { aliasDuplicateObjects: false },
  );
  document.commentBefore = ` Generated from ${source} by \`npm run workflows\`. Change that, not this file.`;
  visit(document, {
    Pair(_, { key, value }, path) {
      // A blank line before each section and each job.
      const opens = path.length <= 2 ? isScalar(key) && key.value !== 'name' : isMap(value) && value.has('runs-on');
      if (isScalar(key) && opens) key.spaceBefore = true;
      if (isScalar(key) && key.value === 'uses' && isScalar(value)) value.comment = ` ${versionOf(String(value.value))}`;
    },
    Map(_, map) {
      if (map.items.length === 0) map.flow = true;
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** Scorecard publishes no results of a workflow with `defaults`, which a workflow without scripts does not need. */
const runsScripts = ({ steps }: Job<string>['rendered']) => Array.isArray(steps) && steps.some((step: object) => 'run' in step);

function versionOf(uses: string): string {
  const found = Object.entries(pins).find(([name, { sha }]) => uses === `${name}@${sha}`);
  if (found === undefined) throw new Error(`no pin for ${uses}`);
  return found[1].version;
}
