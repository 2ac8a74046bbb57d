import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { renderWorkflows } from '../workflows/index.ts';
import { rules } from './index.ts';
import { parseWorkflow } from './model.ts';

type Mutation = readonly [
  rule: keyof typeof rules,
  file: `${'ci' | 'codeql' | 'nightly' | 'promote' | 'release' | 'rollback' | 'scorecard'}.yml`,
  from: string | RegExp,
  to: string,
];

const rendered = renderWorkflows();
const parsed = new Map([...rendered].map(([file, text]) => [file, parseWorkflow(file, text)]));
const updateBot = readFileSync(join(import.meta.dirname, '..', '..', 'dependabot.yml'), 'utf8');

/** Mutations of the generated files, each with the rule that must report it. */
const mutations: readonly Mutation[] = [
  ['filesAreFresh', 'ci.yml', 'name: CI', 'name: Ci'],
  ['usesArePinned', 'ci.yml', /checkout@[0-9a-f]{40}/, 'checkout@v7'],
  ['usesArePinned', 'release.yml', /(cosign-installer@\w+ # )\S+/, '$1v4.0.0'],
  ['actionsAreKnown', 'release.yml', 'actions/setup-node@', 'someone/setup-node@'],
  ['toolVersionsAreExplicit', 'release.yml', /cosign-release: .*/, 'cosign-release: latest'],
  ['toolVersionsAreExplicit', 'ci.yml', /node-version: .*/, 'node-version: 26'],
  ['eventsAreSafe', 'ci.yml', 'pull_request: {}', 'pull_request_target: {}'],
  ['checkoutKeepsNoCredentials', 'release.yml', 'persist-credentials: false', 'persist-credentials: true'],
  ['permissionsAreExplicit', 'ci.yml', 'permissions: {}', 'permissions: read-all'],
  ['permissionsAreExplicit', 'ci.yml', 'contents: read', 'contents: write'],
  ['idTokensAreRestricted', 'release.yml', 'run: cosign sign', 'run: npm ci && cosign sign'],
  ['idTokensAreRestricted', 'release.yml', 'run: cosign sign', 'run: sudo apt-get install jq && cosign sign'],
  [
    'idTokensAreRestricted',
    'release.yml',
    'permissions:\n      contents: read\n    outputs',
    'permissions:\n      id-token: write\n    outputs',
  ],
  ['scriptsContainNoExpression', 'release.yml', 'run: npm ci', `run: echo \${{ github.actor }}`],
  ['scriptsContainNoExpression', 'release.yml', '"$GITHUB_OUTPUT"', '"$GITHUB_ENV"'],
  ['secretsNeedEnvironment', 'release.yml', 'secrets.GITHUB_TOKEN', 'secrets.REGISTRY_TOKEN'],
  ['loginsUseOidc', 'release.yml', 'vars.CLUSTER_SERVER', 'secrets.KUBECONFIG'],
  ['loginsUseOidc', 'release.yml', /environment:\n {6}name: staging/, 'x:\n      name: staging'],
  ['publishersUseNoCache', 'release.yml', 'package-manager-cache: false', 'cache: npm'],
  ['publishersUseNoCache', 'release.yml', 'cache-binary: false', 'cache-binary: true'],
  ['buildsRecordProvenance', 'release.yml', 'sbom: true', 'sbom: false'],
  ['buildsRecordProvenance', 'ci.yml', 'VERSION=', 'NPM_TOKEN='],
  ['scansPrecedePush', 'release.yml', /(name: Push\n {4}needs:\n(?: {6}- \w+\n)*?) {6}- scan\n/, '$1'],
  ['scansPrecedePush', 'release.yml', 'exit-code: 1', 'exit-code: 0'],
  ['scansPrecedePush', 'release.yml', 'format: sarif', 'format: table'],
  ['scansPrecedePush', 'release.yml', /(name: Fail on fixable .*\n)/, '$1        continue-on-error: true\n'],
  ['scansPrecedePush', 'release.yml', /(name: Upload the report\n {8}if:) .*/, '$1 success() && false'],
  ['scansPrecedePush', 'release.yml', /( {4}name: Push\n)/, '$1    if: always()\n'],
  ['scansPrecedePush', 'release.yml', /( {4}name: Scan\n)/, '$1    continue-on-error: true\n'],
  ['digestsArePropagated', 'release.yml', /subject-digest: .*/, 'subject-digest: latest'],
  ['digestsArePropagated', 'release.yml', /input: build\/image@.*/, 'input: build/image'],
  ['digestsArePropagated', 'release.yml', '--identity ', '--key '],
  ['digestsArePropagated', 'release.yml', /(name: Verify the signature .*\n)/, '$1        continue-on-error: true\n'],
  ['digestsArePropagated', 'release.yml', 'run: cosign sign', 'run: true'],
  ['digestsArePropagated', 'promote.yml', / --commit "\$COMMIT"/, ''],
  ['digestsArePropagated', 'promote.yml', /\[\[ \$digest =~ .*/, 'true'],
  ['digestsArePropagated', 'promote.yml', /(name: Verify that the branch .*\n)/, '$1        if: always()\n'],
  ['scansPrecedePush', 'promote.yml', '"docker://$NAME@$DIGEST" "docker:', '"oci:build/image" "docker:'],
  ['usesArePinned', 'release.yml', './.github/workflows/ci.yml', 'someone/else/.github/workflows/ci.yml@main'],
  ['deploysAreSerialized', 'ci.yml', 'cancel-in-progress: true', 'cancel-in-progress: false'],
  ['deploysAreSerialized', 'release.yml', /(group: deploy-staging\n {6}cancel-in-progress:) false/, '$1 true'],
  ['deploysAreSerialized', 'release.yml', 'cancel-in-progress: false', 'cancel-in-progress: true'],
  ['deploysAreSerialized', 'release.yml', /environment:\n {6}name: production/, 'environment:\n      name: staging'],
  ['jobsHaveLimits', 'ci.yml', /\n {4}timeout-minutes: .*/, ''],
  ['jobsHaveLimits', 'ci.yml', /runs-on: .*/, 'runs-on: ubuntu-latest'],
  ['gateCoversAllJobs', 'ci.yml', 'merge_group: {}', 'workflow_dispatch: {}'],
  ['gateCoversAllJobs', 'ci.yml', 'if: always()', 'if: success()'],
  ['gateCoversAllJobs', 'ci.yml', `\${{ needs.e2e.result }}`, ''],
  ['usesArePinned', 'scorecard.yml', /scorecard-action@\w+ # .*/, 'scorecard-action@v2'],
  ['toolVersionsAreExplicit', 'codeql.yml', 'tools: linked', 'tools: nightly'],
  ['toolVersionsAreExplicit', 'nightly.yml', /version: v0.*/, 'version: latest'],
  ['eventsAreSafe', 'nightly.yml', 'workflow_dispatch: {}', 'workflow_run: {workflows: [CI]}'],
  ['permissionsAreExplicit', 'codeql.yml', 'contents: read', 'packages: write'],
  ['idTokensAreRestricted', 'scorecard.yml', 'publish_results: true', 'publish_results: false'],
  ['idTokensAreRestricted', 'scorecard.yml', '      - name: Upload the result', '      - run: make\n      - name: Upload the result'],
  ['idTokensAreRestricted', 'nightly.yml', 'oidc-kubeconfig.ts write', 'nothing.ts'],
  ['idTokensAreRestricted', 'rollback.yml', 'run: node build/leyenda.js verify', 'run: npm test && node build/leyenda.js verify'],
  ['scriptsContainNoExpression', 'rollback.yml', '-- "$REVISION"', `-- "\${{ inputs.revision }}"`],
  ['loginsUseOidc', 'nightly.yml', /environment:\n {6}name: production-watch/, 'x:\n      name: production'],
  ['loginsUseOidc', 'rollback.yml', 'id-token: write', 'pages: read'],
  ['publishersUseNoCache', 'nightly.yml', /( {10}version: v0.*\n) {10}cache: false/, '$1          cache: true'],
  ['scansPrecedePush', 'nightly.yml', /(name: Upload the report\n)/, '$1        continue-on-error: true\n'],
  ['scansPrecedePush', 'nightly.yml', /format: sarif/, 'format: table'],
  ['digestsArePropagated', 'nightly.yml', /(image-ref): .*/, '$1: ghcr.io/example/api:latest'],
  ['digestsArePropagated', 'nightly.yml', /\[\[ \$image =~ .*/, 'true'],
  ['deploysAreSerialized', 'rollback.yml', 'group: deploy-production', 'group: rollback'],
  ['deploysAreSerialized', 'rollback.yml', 'cancel-in-progress: false', 'cancel-in-progress: true'],
  ['deploysAreSerialized', 'rollback.yml', 'rollback staging', 'rollback "$ENVIRONMENT"'],
  ['deploysAreSerialized', 'codeql.yml', 'cancel-in-progress: true', 'cancel-in-progress: false'],
  ['jobsHaveLimits', 'nightly.yml', /(postgres:\n {8}image:) .*/, '$1 postgres:latest'],
  ['gateCoversAllJobs', 'codeql.yml', 'merge_group: {}', 'workflow_dispatch: {}'],
  ['gateCoversAllJobs', 'ci.yml', `\${{ needs.dependencies.result }}`, 'none'],
  ['runnersAreHardened', 'nightly.yml', /step-security\/harden-runner@/, 'actions/checkout@'],
  ['runnersAreHardened', 'ci.yml', 'step-security/harden-runner@', 'someone/harden-runner@'],
];

describe('In the files of this repository', () => {
  test.each(mutations)('%s reports a mutation of %s: %s → %s', (name, file, from, to) => {
    const text = rendered.get(file) ?? '';
    const mutated = text.replace(from, to);
    expect(mutated).not.toBe(text);
    const committed = new Map([...rendered, [file, mutated]]);
    const workflows = [...new Map([...parsed, [file, parseWorkflow(file, mutated)]]).values()];
    expect(rules[name].violations({ rendered, committed, workflows, updateBot })).not.toEqual([]);
  });

  test('updatesHaveCooldown reports a cooldown of less than a week', () => {
    const mutated = updateBot.replace('default-days: 7', 'default-days: 3');
    expect(mutated).not.toBe(updateBot);
    expect(rules.updatesHaveCooldown.violations({ rendered, committed: rendered, workflows: [], updateBot: mutated })).not.toEqual([]);
  });

  test('every rule and every file has a mutation', () => {
    const mutatedRules = new Set<string>([...mutations.map(([name]) => name), 'updatesHaveCooldown']);
    expect([...mutatedRules].sort()).toEqual(Object.keys(rules).sort());
    expect([...new Set<string>(mutations.map(([, file]) => file))].sort()).toEqual([...rendered.keys()].sort());
  });

  test('a finding has the line of the mutation', () => {
    const text = rendered.get('rollback.yml') ?? '';
    const mutated = text.replaceAll('persist-credentials: false', 'persist-credentials: true');
    const lines = mutated.split('\n');
    const workflows = [parseWorkflow('rollback.yml', mutated)];
    const found = rules.checkoutKeepsNoCredentials.violations({ rendered: new Map(), committed: new Map(), workflows, updateBot });
    expect(found.map(({ line }) => lines[line - 1]?.trim())).toEqual(Array(3).fill('- name: Check out the commit'));
  });
});
