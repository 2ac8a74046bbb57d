import { type Examples, jobs, steps } from './example.ts';

const deploy = '- run: node build/leyenda.js deploy staging';

export const secrecyExamples = {
  scriptsContainNoExpression: {
    holds: steps(`- run: echo "$TITLE"\n  env: {TITLE: "\${{ github.event.pull_request.title }}"}`),
    breaks: {
      'the script contains an expression': steps(`- run: echo "\${{ github.event.pull_request.title }}"`),
      'contains an expression: return ${{': steps(`- uses: actions/github-script@x\n  with: {script: "return \${{ github.actor }}"}`),
      'changes the environment of later steps': steps('- run: echo "A=1" >> "$GITHUB_ENV"'),
    },
  },
  secretsNeedEnvironment: {
    holds: steps(`- run: make\n  env: {A: "\${{ secrets.A }}", B: "\${{ secrets.GITHUB_TOKEN }}"}`, 'environment: staging'),
    breaks: {
      'one reads A without an environment': steps(`- run: make\n  env: {A: "\${{ secrets.A }}"}`),
      'gives A to every job': jobs('one: {}', `on: push\nenv: {A: "\${{ secrets.A }}"}`),
      'passes all secrets on': jobs('one: {uses: ./other.yml, secrets: inherit}'),
      'reads secrets in bulk': steps(`- run: make\n  env: {A: "\${{ toJSON(secrets) }}"}`, 'environment: staging'),
    },
  },
  loginsUseOidc: {
    holds: steps(deploy, 'environment: staging\npermissions: {id-token: write}'),
    breaks: {
      'KUBECONFIG is a long-lived credential': steps(`- run: make\n  env: {A: "\${{ secrets.KUBECONFIG }}"}`),
      'credentials_json is a long-lived credential': steps('- uses: google-github-actions/auth@x\n  with: {credentials_json: a}'),
      'connects to a cluster without an environment': steps(deploy, 'permissions: {id-token: write}'),
      'one: connects to a cluster without an environment': steps(
        '- run: node build/leyenda.js drift staging',
        'permissions: {id-token: write}',
      ),
      'connects to a cluster without id-token': steps(deploy, 'environment: staging'),
    },
  },
} as const satisfies Record<string, Examples>;
