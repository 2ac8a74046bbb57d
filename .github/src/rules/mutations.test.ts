import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { renderWorkflows } from '../render.ts';
import { rules } from './index.ts';
import { parseWorkflow } from './model.ts';

type Slip = readonly [rule: keyof typeof rules, file: 'ci.yml' | 'release.yml', from: string | RegExp, to: string];

/** Slips in the real files, each with the rule that must notice. */
const slips: readonly Slip[] = [
  ['filesAreFresh', 'ci.yml', 'name: CI', 'name: Ci'],
  ['usesArePinned', 'ci.yml', /checkout@[0-9a-f]{40}/, 'checkout@v7'],
  ['usesArePinned', 'release.yml', /(cosign-installer@\w+ # )\S+/, '$1v4.0.0'],
  ['actionsAreKnown', 'release.yml', 'actions/setup-node@', 'someone/setup-node@'],
  ['toolVersionsAreExplicit', 'release.yml', /cosign-release: .*/, 'cosign-release: latest'],
  ['toolVersionsAreExplicit', 'ci.yml', /node-version: .*/, 'node-version: 26'],
  ['eventsAreSafe', 'ci.yml', 'pull_request: {}', 'pull_request_target: {}'],
  ['checkoutLeavesNoCredential', 'release.yml', 'persist-credentials: false', 'persist-credentials: true'],
  ['rightsAreNamed', 'ci.yml', 'permissions: {}', 'permissions: read-all'],
  ['rightsAreNamed', 'ci.yml', 'contents: read', 'contents: write'],
  ['identitiesAreRare', 'release.yml', 'run: cosign sign', 'run: npm ci && cosign sign'],
  ['identitiesAreRare', 'release.yml', 'run: cosign sign', 'run: sudo apt-get install jq && cosign sign'],
  ['identitiesAreRare', 'release.yml', 'permissions:\n      contents: read\n    steps', 'permissions:\n      id-token: write\n    steps'],
  ['scriptsHoldNoExpression', 'release.yml', 'run: npm ci', `run: echo \${{ github.actor }}`],
  ['scriptsHoldNoExpression', 'release.yml', '"$GITHUB_OUTPUT"', '"$GITHUB_ENV"'],
  ['secretsAreBound', 'release.yml', 'secrets.GITHUB_TOKEN', 'secrets.REGISTRY_TOKEN'],
  ['loginsAreByIdentity', 'release.yml', 'vars.CLUSTER_SERVER', 'secrets.KUBECONFIG'],
  ['loginsAreByIdentity', 'release.yml', 'environment: staging', 'x: staging'],
  ['publishersRestoreNoCache', 'release.yml', 'package-manager-cache: false', 'cache: npm'],
  ['publishersRestoreNoCache', 'release.yml', 'cache-binary: false', 'cache-binary: true'],
  ['buildsSayWhereFrom', 'release.yml', 'sbom: true', 'sbom: false'],
  ['buildsSayWhereFrom', 'ci.yml', 'VERSION=', 'NPM_TOKEN='],
  ['scansComeFirst', 'release.yml', /(name: Push\n {4}needs:\n {6}- build\n) {6}- scan\n/, '$1'],
  ['scansComeFirst', 'release.yml', 'exit-code: 1', 'exit-code: 0'],
  ['scansComeFirst', 'release.yml', 'format: sarif', 'format: table'],
  ['scansComeFirst', 'release.yml', /(name: Refuse fixable .*\n)/, '$1        continue-on-error: true\n'],
  ['scansComeFirst', 'release.yml', /(name: Upload the report\n)/, '$1        if: success() && false\n'],
  ['scansComeFirst', 'release.yml', /( {4}name: Push\n)/, '$1    if: always()\n'],
  ['scansComeFirst', 'release.yml', /( {4}name: Scan\n)/, '$1    continue-on-error: true\n'],
  ['digestsAreCarried', 'release.yml', /subject-digest: .*/, 'subject-digest: latest'],
  ['digestsAreCarried', 'release.yml', /input: build\/image@.*/, 'input: build/image'],
  ['digestsAreCarried', 'release.yml', '--certificate-identity ', '--certificate-identity-regexp '],
  ['digestsAreCarried', 'release.yml', /(name: The image was signed .*\n)/, '$1        continue-on-error: true\n'],
  ['deploysQueue', 'ci.yml', 'cancel-in-progress: true', 'cancel-in-progress: false'],
  ['deploysQueue', 'release.yml', 'cancel-in-progress: false', 'cancel-in-progress: true'],
  ['deploysQueue', 'release.yml', 'environment: production', 'environment: staging'],
  ['jobsAreBounded', 'ci.yml', /\n {4}timeout-minutes: .*/, ''],
  ['jobsAreBounded', 'ci.yml', /runs-on: .*/, 'runs-on: ubuntu-latest'],
  ['oneGateDecides', 'ci.yml', 'merge_group: {}', 'workflow_dispatch: {}'],
  ['oneGateDecides', 'ci.yml', 'if: always()', 'if: success()'],
  ['oneGateDecides', 'ci.yml', `\${{ needs.e2e.result }}`, ''],
  ['runnersAreHardened', 'ci.yml', 'step-security/harden-runner@', 'someone/harden-runner@'],
];

describe('In the files of this repository', () => {
  test.each(slips)('%s notices a slip in %s: %s → %s', (name, file, from, to) => {
    const rendered = renderWorkflows();
    const text = rendered.get(file) ?? '';
    const slipped = text.replace(from, to);
    expect(slipped).not.toBe(text);
    const committed = new Map([...rendered, [file, slipped]]);
    const workflows = [...committed].map((entry) => parseWorkflow(...entry));
    const updateBot = readFileSync(join(import.meta.dirname, '..', '..', 'dependabot.yml'), 'utf8');
    expect(rules[name].broken({ rendered, committed, workflows, updateBot })).not.toEqual([]);
  });

  test('every rule over workflows is tried', () => {
    const tried = new Set<string>([...slips.map(([name]) => name), 'updatesWait']);
    expect([...tried].sort()).toEqual(Object.keys(rules).sort());
  });
});
