import { pins } from '../../layer/pins.ts';
import { type Example, type Examples, steps } from './example.ts';

const { sha, version } = pins['actions/checkout'];
const other = '0'.repeat(40);
const bot = (days: number, ecosystems = ['npm', 'docker', 'github-actions']): Example => ({
  updateBot: `updates:\n${ecosystems.map((name) => `  - {package-ecosystem: ${name}, cooldown: {default-days: ${days}}}\n`).join('')}`,
});
const trivy = pins['aquasecurity/trivy-action'];

export const pinningExamples = {
  filesAreFresh: {
    holds: { committed: new Map([['ci.yml', 'a']]), rendered: new Map([['ci.yml', 'a']]) },
    breaks: {
      'ci.yml: differs': { committed: new Map([['ci.yml', 'a\n']]), rendered: new Map([['ci.yml', 'a']]) },
      'ci.yml: is missing': { committed: new Map(), rendered: new Map([['ci.yml', 'a']]) },
      'other.yml: has no source': { committed: new Map([['other.yml', 'a']]), rendered: new Map() },
    },
  },
  usesArePinned: {
    holds: steps(`- uses: actions/checkout@${sha} # ${version}`),
    breaks: {
      'is not a commit': steps('- uses: actions/checkout@v7 # v7.0.1'),
      'differs from the pin table': steps(`- uses: actions/checkout@${other} # ${version}`),
      [`${sha} # v7.0.0 differs`]: steps(`- uses: actions/checkout@${sha} # v7.0.0`),
    },
  },
  actionsAreKnown: {
    holds: steps(`- uses: aquasecurity/trivy-action@${trivy.sha} # ${trivy.version}\n  with: {version: v0.70.0}`),
    breaks: {
      'someone/else is not in the pin table': steps(`- uses: someone/else@${other} # v1.0.0`),
      'trivy-action v0.34.2 is compromised': steps(`- uses: aquasecurity/trivy-action@${other} # v0.34.2`),
      'Trivy v0.69.5 is compromised': steps(`- uses: aquasecurity/trivy-action@${trivy.sha} # v0.36.0\n  with: {version: v0.69.5}`),
    },
  },
  toolVersionsAreExplicit: {
    holds: steps('- uses: sigstore/cosign-installer@x\n  with: {cosign-release: v3.0.6}'),
    breaks: {
      'installs version latest': steps('- uses: docker/setup-buildx-action@x\n  with: {version: latest}'),
      'installs cosign-release without a version': steps('- uses: sigstore/cosign-installer@x'),
      'installs tools latest': steps('- uses: github/codeql-action/init@x\n  with: {tools: latest}'),
      'installs node-version 26': steps('- uses: actions/setup-node@x\n  with: {node-version: 26}'),
    },
  },
  updatesHaveCooldown: {
    holds: bot(7),
    breaks: { 'npm waits 6 days': bot(6), 'docker is not updated': bot(7, ['npm', 'github-actions']) },
  },
} as const satisfies Record<string, Examples>;
