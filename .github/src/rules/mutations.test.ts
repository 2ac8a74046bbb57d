import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { renderWorkflows } from '../workflows/index.ts';
import { rules } from './index.ts';
import { parseWorkflow } from './model.ts';

type Slip = readonly [
  rule: keyof typeof rules,
  file: `${'ci' | 'codeql' | 'nightly' | 'release' | 'rollback' | 'scorecard'}.yml`,
  from: string | RegExp,
  to: string,
];

const rendered = renderWorkflows();
const parsed = new Map([...rendered].map(([file, text]) => [file, parseWorkflow(file, text)]));
const updateBot = readFileSync(join(import.meta.dirname, '..', '..', 'dependabot.yml'), 'utf8');

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
  ['digestsAreCarried', 'release.yml', '--identity ', '--key '],
  ['digestsAreCarried', 'release.yml', /(name: The image was signed .*\n)/, '$1        continue-on-error: true\n'],
  ['deploysQueue', 'ci.yml', 'cancel-in-progress: true', 'cancel-in-progress: false'],
  ['deploysQueue', 'release.yml', 'cancel-in-progress: false', 'cancel-in-progress: true'],
  ['deploysQueue', 'release.yml', 'environment: production', 'environment: staging'],
  ['jobsAreBounded', 'ci.yml', /\n {4}timeout-minutes: .*/, ''],
  ['jobsAreBounded', 'ci.yml', /runs-on: .*/, 'runs-on: ubuntu-latest'],
  ['oneGateDecides', 'ci.yml', 'merge_group: {}', 'workflow_dispatch: {}'],
  ['oneGateDecides', 'ci.yml', 'if: always()', 'if: success()'],
  ['oneGateDecides', 'ci.yml', `\${{ needs.e2e.result }}`, ''],
  ['usesArePinned', 'scorecard.yml', /scorecard-action@\w+ # .*/, 'scorecard-action@v2'],
  ['toolVersionsAreExplicit', 'codeql.yml', 'tools: linked', 'tools: nightly'],
  ['toolVersionsAreExplicit', 'nightly.yml', /version: v0.*/, 'version: latest'],
  ['eventsAreSafe', 'nightly.yml', 'workflow_dispatch: {}', 'workflow_run: {workflows: [CI]}'],
  ['rightsAreNamed', 'codeql.yml', 'contents: read', 'actions: write'],
  ['identitiesAreRare', 'scorecard.yml', 'publish_results: true', 'publish_results: false'],
  ['identitiesAreRare', 'scorecard.yml', '      - name: Keep the result', '      - run: make\n      - name: Keep the result'],
  ['identitiesAreRare', 'nightly.yml', 'oidc-kubeconfig.ts write', 'nothing.ts'],
  ['identitiesAreRare', 'rollback.yml', 'run: node build/leyenda.js verify', 'run: npm test && node build/leyenda.js verify'],
  ['scriptsHoldNoExpression', 'rollback.yml', '-- "$REVISION"', `-- "\${{ inputs.revision }}"`],
  ['loginsAreByIdentity', 'nightly.yml', /environment:\n {6}name: production-watch/, 'x:\n      name: production'],
  ['loginsAreByIdentity', 'rollback.yml', 'id-token: write', 'actions: read'],
  ['publishersRestoreNoCache', 'nightly.yml', /( {10}version: v0.*\n) {10}cache: false/, '$1          cache: true'],
  ['scansComeFirst', 'nightly.yml', /(name: Upload the report\n)/, '$1        continue-on-error: true\n'],
  ['scansComeFirst', 'nightly.yml', /format: sarif/, 'format: table'],
  ['digestsAreCarried', 'nightly.yml', /(image-ref): .*/, '$1: ghcr.io/example/api:latest'],
  ['digestsAreCarried', 'nightly.yml', /\[\[ \$image =~ .*/, 'true'],
  ['deploysQueue', 'rollback.yml', 'group: deploy-production', 'group: rollback'],
  ['deploysQueue', 'rollback.yml', 'cancel-in-progress: false', 'cancel-in-progress: true'],
  ['deploysQueue', 'rollback.yml', 'rollback staging', 'rollback "$ENVIRONMENT"'],
  ['deploysQueue', 'codeql.yml', 'cancel-in-progress: true', 'cancel-in-progress: false'],
  ['jobsAreBounded', 'nightly.yml', /image: .*postgres:.*/, 'image: postgres:latest'],
  ['oneGateDecides', 'codeql.yml', 'merge_group: {}', 'workflow_dispatch: {}'],
  ['oneGateDecides', 'ci.yml', `\${{ needs.dependencies.result }}`, ''],
  ['runnersAreHardened', 'nightly.yml', /step-security\/harden-runner@/, 'actions/checkout@'],
  ['runnersAreHardened', 'ci.yml', 'step-security/harden-runner@', 'someone/harden-runner@'],
];

describe('In the files of this repository', () => {
  test.each(slips)('%s notices a slip in %s: %s → %s', (name, file, from, to) => {
    const text = rendered.get(file) ?? '';
    const slipped = text.replace(from, to);
    expect(slipped).not.toBe(text);
    const committed = new Map([...rendered, [file, slipped]]);
    const workflows = [...new Map([...parsed, [file, parseWorkflow(file, slipped)]]).values()];
    expect(rules[name].violations({ rendered, committed, workflows, updateBot })).not.toEqual([]);
  });

  test('updatesWait notices an update bot that does not wait a week', () => {
    const slipped = updateBot.replace('default-days: 7', 'default-days: 3');
    expect(slipped).not.toBe(updateBot);
    expect(rules.updatesWait.violations({ rendered, committed: rendered, workflows: [], updateBot: slipped })).not.toEqual([]);
  });

  test('each of the twenty rules is tried, and each file', () => {
    const tried = new Set<string>([...slips.map(([name]) => name), 'updatesWait']);
    expect([...tried].sort()).toEqual(Object.keys(rules).sort());
    expect([...new Set<string>(slips.map(([, file]) => file))].sort()).toEqual([...rendered.keys()].sort());
  });

  test('a finding names the line of the slip', () => {
    const text = rendered.get('rollback.yml') ?? '';
    const slipped = text.replaceAll('persist-credentials: false', 'persist-credentials: true');
    const lines = slipped.split('\n');
    const workflows = [parseWorkflow('rollback.yml', slipped)];
    const found = rules.checkoutLeavesNoCredential.violations({ rendered: new Map(), committed: new Map(), workflows, updateBot });
    expect(found.map(({ line }) => lines[line - 1]?.trim())).toEqual(Array(3).fill('- name: Check out the commit'));
  });
});
