import { parse } from 'yaml';
import { z } from 'zod';
import { pins } from '../layer/pins.ts';
import { actionOf, isLocalWorkflow } from './model.ts';
import { type Finding, forEachStep, forEachWorkflow, type Rule, violationIf } from './rule.ts';

const table: Readonly<Record<string, { readonly version: string; readonly sha: string }>> = pins;

/** The first line that differs from the source. */
function differences(file: string, committed: string | undefined, rendered: string): Finding[] {
  if (committed === undefined) return [{ file, line: 1, text: 'is missing' }];
  if (committed === rendered) return [];
  const wanted = rendered.split('\n');
  const first = committed.split('\n').findIndex((line, index) => line !== wanted[index]);
  return [{ file, line: first < 0 ? committed.split('\n').length : first + 1, text: 'differs from its source' }];
}

export const filesAreFresh: Rule = {
  description: 'the committed files equal the generated ones; .github/workflows has no other file',
  violations: ({ committed, rendered }) => [
    ...[...rendered].flatMap(([file, text]) => differences(file, committed.get(file), text)),
    ...[...committed.keys()].filter((file) => !rendered.has(file)).map((file) => ({ file, line: 1, text: 'has no source' })),
  ],
};

const isForeign = ({ uses }: { readonly uses: string }) => !isLocalWorkflow(uses);

export const usesArePinned = forEachWorkflow(
  'every `uses` is a commit with its version as a comment, both equal to the pin table',
  ({ pinned }) =>
    pinned.filter(isForeign).flatMap(({ uses, comment, line }) => {
      const [name = '', sha = ''] = uses.split('@');
      const pin = table[name];
      return [
        ...violationIf(!/^[0-9a-f]{40}$/.test(sha), `${uses} is not a commit`, line),
        ...violationIf(
          pin !== undefined && (pin.sha !== sha || pin.version !== comment),
          `${uses} # ${comment} differs from the pin table`,
          line,
        ),
      ];
    }),
);

/** Compromised releases, which stole credentials (March 2026). */
const badTrivy = /^v?0\.69\.[456]$/;
const badTrivyAction = /^v?0\.([0-9]|[12][0-9]|3[0-4])\./;

export const actionsAreKnown: Rule = forEachWorkflow(
  'only actions of the pin table, and no compromised release',
  ({ pinned, jobs, lineOf }) => [
    ...pinned.filter(isForeign).flatMap(({ uses, comment, line }) => {
      const [name = ''] = uses.split('@');
      return [
        ...violationIf(!(name in table), `${name} is not in the pin table`, line),
        ...violationIf(name === 'aquasecurity/trivy-action' && badTrivyAction.test(comment), `${name} ${comment} is compromised`, line),
      ];
    }),
    ...Object.entries(jobs).flatMap(([id, { steps }]) =>
      steps.flatMap((step, index) => {
        const isBad = actionOf(step).startsWith('aquasecurity/') && badTrivy.test(String(step.with.version));
        return violationIf(isBad, `Trivy ${step.with.version} is compromised`, lineOf(['jobs', id, 'steps', index, 'with', 'version']));
      }),
    ),
  ],
);

/** Inputs with the version of a tool that an action installs. */
const versionInputs: Readonly<Record<string, readonly string[]>> = {
  'actions/setup-node': ['node-version'],
  'aquasecurity/setup-trivy': ['version'],
  'aquasecurity/trivy-action': ['version'],
  'azure/setup-helm': ['version'],
  'azure/setup-kubectl': ['version'],
  'docker/setup-buildx-action': ['version'],
  'github/codeql-action/init': ['tools'],
  'helm/kind-action': ['version', 'kubectl_version'],
  'sigstore/cosign-installer': ['cosign-release'],
};

const exactVersion = /^v?\d+\.\d+\.\d+$/;
/** `linked`: the release that belongs to the commit of the action. */
const isExact = (action: string, version: string) =>
  action === 'github/codeql-action/init' ? version === 'linked' : exactVersion.test(version);

export const toolVersionsAreExplicit = forEachStep('tool versions are explicit', (step) =>
  (versionInputs[actionOf(step)] ?? []).flatMap((input) =>
    violationIf(
      !isExact(actionOf(step), String(step.with[input])),
      `${actionOf(step)} installs ${input} ${step.with[input] ?? 'without a version'}`,
    ),
  ),
);

const ecosystems = ['npm', 'docker', 'github-actions'] as const;
const updateBot = z.object({
  updates: z.array(z.looseObject({ 'package-ecosystem': z.string(), cooldown: z.record(z.string(), z.unknown()).default({}) })),
});

export const updatesHaveCooldown: Rule = {
  description: 'the update bot proposes releases after at least 7 days',
  violations: (repository) => {
    const { updates } = updateBot.parse(parse(repository.updateBot));
    const violations = [
      ...ecosystems.flatMap((name) =>
        violationIf(!updates.some((update) => update['package-ecosystem'] === name), `${name} is not updated`),
      ),
      ...updates.flatMap(({ 'package-ecosystem': name, cooldown }) => {
        const days = Object.entries({ 'default-days': 0, ...cooldown }).filter(([key]) => key.endsWith('-days'));
        return days.flatMap(([key, value]) => violationIf(Number(value) < 7, `${name} waits ${value} days (${key})`));
      }),
    ];
    return violations.map(({ text }) => ({ file: '../dependabot.yml', line: 1, text }));
  },
};
