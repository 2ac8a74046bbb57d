import { thirdPartyImages } from '../../../manifests/components/third-party-images.ts';
import { actionOf, isUnconditional, type Job, type Step, type WorkflowFile } from './model.ts';
import { forEachJob, inStep, violationIf } from './rule.ts';

const deploys = ({ run }: Step) => /leyenda(\.js| --) deploy\b/.test(run);
const signs = ({ run }: Step) => /\bcosign (sign|attest|verify)|leyenda(\.js| --) verify-image\b/.test(run);
/** Whether a step fails unless exactly this workflow signed the image. */
const verifies = (step: Step) => {
  const { run, env } = step;
  const script = `${run} ${Object.values(env).join(' ')}`;
  return (
    isUnconditional(step) &&
    /\bcosign verify\b|leyenda(\.js| --) verify-image\b/.test(run) &&
    /--(certificate-)?identity[= ]/.test(run) &&
    /--(certificate-oidc-)?issuer[= ]/.test(run) &&
    !run.includes('-regexp') &&
    script.includes('https://token.actions.githubusercontent.com') &&
    /github\.workflow_ref|\/\.github\/workflows\//.test(script)
  );
};

interface Source {
  readonly step: Step;
  readonly output: string;
  /** The steps of its job after it. */
  readonly later: readonly Step[];
}
/** The step and the output behind a value, through the outputs of jobs. */
function sourceOf(value: string, id: string, { jobs }: Pick<WorkflowFile, 'jobs'>, depth = 0): Source | undefined {
  const [, from = '', passed = ''] = /\$\{\{ needs\.([\w-]+)\.outputs\.([\w-]+) \}\}$/.exec(value) ?? [];
  if (from !== '' && depth < 10) return sourceOf(jobs[from]?.outputs[passed] ?? '', from, { jobs }, depth + 1);
  const [, name, output = ''] = /\$\{\{ steps\.([\w-]+)\.outputs\.([\w-]+) \}\}$/.exec(value) ?? [];
  const steps = jobs[id]?.steps ?? [];
  const index = name === undefined ? -1 : steps.findIndex((other) => other.id === name);
  const step = steps[index];
  return step === undefined ? undefined : { step, output, later: steps.slice(index + 1) };
}

/** The digest of a build. */
const isBuilt = ({ step, output }: Source) => actionOf(step) === 'docker/build-push-action' && output === 'digest';
/** The deployed image, from a step that accepts only a digest. */
const isDeployed = ({ step: { run } }: Source) => /leyenda(\.js| --) history\b/.test(run) && run.includes('@sha256:[0-9a-f]{64}$ ]]');
/** A digest that a tag names: the job then verifies that the release workflow signed it for this commit. */
const isPromoted = ({ step: { run }, later }: Source) =>
  run.includes('^sha256:[0-9a-f]{64}$ ]]') && later.some((step) => verifies(step) && / --commit /.test(step.run));
const pinnedImages = new Set<string>(Object.values(thirdPartyImages));
/** A third-party image of each matrix entry. */
function isPinned(value: string, { strategy }: Pick<Job, 'strategy'>): boolean {
  const [, name = ''] = /^\$\{\{ matrix\.(\w+) \}\}$/.exec(value) ?? [];
  const entries = strategy?.matrix.include ?? [];
  return entries.length > 0 && entries.every((entry) => pinnedImages.has(entry[name] ?? ''));
}
/** Deployed and third-party images may be scanned again; signed and deployed images must come from a build. */
function isPropagated(key: string, value: string, id: string, workflow: WorkflowFile): boolean {
  const source = sourceOf(value, id, workflow);
  const isWhole = /^\$\{\{[^{}]*\}\}$/.test(value);
  const mayScan =
    key === 'image-ref' && ((source !== undefined && isWhole && isDeployed(source)) || isPinned(value, workflow.jobs[id] ?? {}));
  return mayScan || (source !== undefined && (isBuilt(source) || isPromoted(source)));
}

/** The inputs and variables of a step with a reference to an image. */
const references = (step: Step): readonly (readonly [string, string])[] => {
  const given = [...Object.entries(step.with), ...Object.entries(step.env)];
  return given.filter(([key]) => /^(image-ref|input|subject-digest|IMAGE|DIGEST)$/.test(key)).map(([key, value]) => [key, String(value)]);
};
const tags = ({ run }: Step) => /skopeo copy .*docker:\/\/\$NAME@\$DIGEST" "docker:/.test(run);
const needsReference = (step: Step) => actionOf(step).startsWith('actions/attest') || deploys(step) || signs(step);

export const digestsArePropagated = forEachJob(
  'attest, sign, scan and deploy use the digest of the build; a deploy verifies the exact signer first',
  (job: Job, workflow, id) =>
    job.steps.flatMap((step, index) =>
      [
        ...violationIf(needsReference(step) && references(step).length === 0, `has no image digest: ${step.uses ?? step.run}`),
        ...references(step).flatMap(([key, value]) =>
          violationIf(!isPropagated(key, value, id, workflow), `${key} ${value} is not the digest of the build`),
        ),
        ...violationIf(
          tags(step) && !job.steps.slice(0, index).some((other) => /\bcosign sign\b/.test(other.run) || verifies(other)),
          'tags an image before it is signed',
        ),
        ...violationIf(deploys(step) && !job.steps.slice(0, index).some(verifies), 'deploys before the signer is verified'),
      ].map((violation) => inStep(workflow, id, index, violation)),
    ),
);
