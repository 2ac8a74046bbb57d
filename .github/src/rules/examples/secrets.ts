import { type Examples, jobs, steps } from './example.ts';

const deploy = '- run: node build/leyenda.js deploy staging';

export const secrecyExamples = {
  scriptsHoldNoExpression: {
    holds: steps(`- run: echo "$TITLE"\n  env: {TITLE: "\${{ github.event.pull_request.title }}"}`),
    breaks: {
      'an expression stands in the script': steps(`- run: echo "\${{ github.event.pull_request.title }}"`),
      'in the script: return ${{': steps(`- uses: actions/github-script@x\n  with: {script: "return \${{ github.actor }}"}`),
      'reaches the steps behind it': steps('- run: echo "A=1" >> "$GITHUB_ENV"'),
    },
  },
  secretsAreBound: {
    holds: steps(`- run: make\n  env: {A: "\${{ secrets.A }}", B: "\${{ secrets.GITHUB_TOKEN }}"}`, 'environment: staging'),
    breaks: {
      'one reads A without an environment': steps(`- run: make\n  env: {A: "\${{ secrets.A }}"}`),
      'gives A to every job': jobs('one: {}', `on: push\nenv: {A: "\${{ secrets.A }}"}`),
      'hands all secrets on': jobs('one: {uses: ./other.yml, secrets: inherit}'),
      'reads secrets in bulk': steps(`- run: make\n  env: {A: "\${{ toJSON(secrets) }}"}`, 'environment: staging'),
    },
  },
  loginsAreByIdentity: {
    holds: steps(deploy, 'environment: staging\npermissions: {id-token: write}'),
    breaks: {
      'KUBECONFIG is a key that does not expire': steps(`- run: make\n  env: {A: "\${{ secrets.KUBECONFIG }}"}`),
      'credentials_json is a key that does not expire': steps('- uses: google-github-actions/auth@x\n  with: {credentials_json: a}'),
      'reaches a cluster without an environment': steps(deploy, 'permissions: {id-token: write}'),
      'one: reaches a cluster without an environment': steps(
        '- run: node build/leyenda.js drift staging',
        'permissions: {id-token: write}',
      ),
      'reaches a cluster without an identity': steps(deploy, 'environment: staging'),
    },
  },
} as const satisfies Record<string, Examples>;
