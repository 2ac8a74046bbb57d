import { actionOf, isBinding, type Job, type Step, type WorkflowFile } from './model.ts';
import { everyJob, when } from './rule.ts';

const deploys = ({ run }: Step) => /leyenda(\.js| --) deploy\b/.test(run);
const signs = ({ run }: Step) => /\bcosign (sign|attest|verify)/.test(run);
const verifies = (step: Step) => {
  const { run, env } = step;
  const script = `${run} ${Object.values(env).join(' ')}`;
  return (
    isBinding(step) &&
    /\bcosign verify\b/.test(run) &&
    /--certificate-identity[= ]/.test(run) &&
    /--certificate-oidc-issuer[= ]/.test(run) &&
    !run.includes('-regexp') &&
    script.includes('https://token.actions.githubusercontent.com') &&
    /github\.workflow_ref|\/\.github\/workflows\//.test(script)
  );
};

/** A value with the outputs of jobs followed back to the step that made them. */
function traced(value: string, jobs: WorkflowFile['jobs'], depth = 0): string {
  const next = value.replace(/\$\{\{ needs\.([\w-]+)\.outputs\.([\w-]+) \}\}/g, (all, id, name) => jobs[id]?.outputs[name] ?? all);
  return next === value || depth > 9 ? next : traced(next, jobs, depth + 1);
}

/** Ids of the steps that build an image: their `digest` is the one that counts. */
const builders = ({ jobs }: WorkflowFile) =>
  Object.values(jobs).flatMap(({ steps }) => steps.filter((step) => actionOf(step) === 'docker/build-push-action').map(({ id }) => id));

/** Where a step names an image: the inputs and variables that hold a reference to one. */
const references = (step: Step): readonly (readonly [string, string])[] => {
  const given = [...Object.entries(step.with), ...Object.entries(step.env)];
  return given.filter(([key]) => /^(image-ref|input|subject-digest|IMAGE|DIGEST)$/.test(key)).map(([key, value]) => [key, String(value)]);
};
const needsReference = (step: Step) => actionOf(step).startsWith('actions/attest') || deploys(step) || signs(step);

export const digestsAreCarried = everyJob(
  'attest, sign, scan and deploy take the digest that the build returned; a deploy verifies the exact signer first',
  (job: Job, workflow) =>
    job.steps.flatMap((step, index) => [
      ...when(needsReference(step) && references(step).length === 0, `names its image by no digest: ${step.uses ?? step.run}`),
      ...references(step).flatMap(([key, value]) => {
        const builder = /\$\{\{ steps\.([\w-]+)\.outputs\.digest \}\}$/.exec(traced(value, workflow.jobs))?.[1];
        return when(!builders(workflow).includes(builder), `${key} ${value} is not the digest that the build returned`);
      }),
      ...when(deploys(step) && !job.steps.slice(0, index).some(verifies), 'deploys before the identity of the signer is verified'),
    ]),
);
