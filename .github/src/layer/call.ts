import type { Job, Needs } from './job.ts';
import type { Access, Permissions } from './permissions.ts';
import type { CallableWorkflow } from './workflow.ts';

interface CallOptions {
  readonly name: string;
  /** Jobs that must succeed first. */
  readonly needs?: Needs;
}

/** A job that runs another workflow of this repository on the same commit; its result is that of all jobs of that workflow. */
export function callWorkflow(id: string, { file, jobs }: CallableWorkflow, { name, needs = {} }: CallOptions): Job<never> {
  const permissions = unionOf(jobs.map((job) => job.permissions));
  const needed = Object.values(needs).map((other) => other.id);
  const rendered = {
    name,
    ...(needed.length === 0 ? {} : { needs: needed }),
    permissions,
    uses: `./.github/workflows/${file}`,
  };
  return { id, outputs: [], permissions, rendered };
}

/** GitHub rejects a call whose jobs require more than the calling job has. */
function unionOf(all: readonly Permissions[]): Permissions {
  const union: Record<string, Access> = {};
  for (const [name, access] of all.flatMap((permissions) => Object.entries<Access>({ ...permissions }))) {
    if (union[name] !== 'write') union[name] = access;
  }
  return union;
}
