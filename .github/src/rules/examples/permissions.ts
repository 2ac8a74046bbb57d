import { type Example, type Examples, jobs, steps } from './example.ts';

const pullRequest = (permissions: string, top = '{}'): Example =>
  jobs(`one: {permissions: ${permissions}}`, `on: pull_request\npermissions: ${top}`);
const withIdentity = (text: string, permissions = '{id-token: write}') => steps(text, `permissions: ${permissions}`);
const attest = '- uses: actions/attest@x';
const score = (publish: boolean) => `- uses: ossf/scorecard-action@x\n  with: {publish_results: ${publish}}`;
const login = '- run: node .github/src/steps/oidc-kubeconfig.ts write "$KUBECONFIG"';

export const rightsExamples = {
  eventsAreSafe: {
    holds: jobs('one: {}', 'on: [push, pull_request]'),
    breaks: {
      pull_request_target: jobs('one: {}', 'on: {pull_request_target: {}}'),
      workflow_run: jobs('one: {}', 'on: [push, workflow_run]'),
      issue_comment: jobs('one: {}', 'on: issue_comment'),
    },
  },
  checkoutKeepsNoCredentials: {
    holds: steps('- uses: actions/checkout@x # v7.0.1\n  with: {persist-credentials: false}'),
    breaks: {
      'keeps the credential': steps('- uses: actions/checkout@x # v7.0.1'),
      'is older than v7': steps('- uses: actions/checkout@x # v6.1.0\n  with: {persist-credentials: false}'),
    },
  },
  permissionsAreExplicit: {
    holds: pullRequest('{contents: read, security-events: write}'),
    breaks: {
      'does not set `permissions: {}`': pullRequest('{}', '{contents: read}'),
      'one: does not list its permissions': pullRequest('write-all'),
      'may write packages in a pull request': pullRequest('{packages: write}'),
    },
  },
  idTokensAreRestricted: {
    holds: jobs(`signs: {permissions: {id-token: write}, steps: [{uses: actions/attest@x}]}
scores: {permissions: {id-token: write}, steps: [{uses: ossf/scorecard-action@x, with: {publish_results: true}}]}
monitors: {permissions: {id-token: write}, environment: staging-watch, steps: [{run: node .github/src/steps/oidc-kubeconfig.ts write a}]}`),
    breaks: {
      'without signing': withIdentity('- run: make'),
      // Scorecard signs only published results.
      'one: has id-token without': withIdentity(score(false)),
      'id-token without signing': withIdentity(`${score(true)}\n- run: make`),
      'without signing, attesting': withIdentity(`${score(true)}\n- uses: someone/else@x`),
      'signing, attesting or deploying': withIdentity(login),
      'attesting or deploying': steps('- run: make', 'environment: staging\npermissions: {id-token: write}'),
      'runs `npm ci`': withIdentity(`${attest}\n- run: npm ci --ignore-scripts`),
      'runs `npm test`': withIdentity(`${attest}\n- run: npm test`),
    },
  },
  runnersAreHardened: {
    holds: steps('- uses: step-security/harden-runner@x\n- run: make'),
    breaks: {
      'one: does not start': steps('- run: make\n- uses: step-security/harden-runner@x'),
    },
  },
} as const satisfies Record<string, Examples>;
