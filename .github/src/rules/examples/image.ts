import { type Example, type Examples, jobs, steps } from './example.ts';

const publishing = (text: string) => steps(text, 'permissions: {packages: write}');
const build = (inputs: string) => steps(`- uses: docker/build-push-action@x\n  with: {${inputs}}`);
const sarif = '- uses: aquasecurity/trivy-action@x\n  with: {format: sarif, exit-code: 0}';
const upload = '- uses: github/codeql-action/upload-sarif@x';
const scan = (severity = 'HIGH,CRITICAL') =>
  `- uses: aquasecurity/trivy-action@x\n  with: {exit-code: 1, severity: "${severity}", ignore-unfixed: true}`;
const push = '- run: skopeo copy oci:build docker://registry.example/app';
const twoJobs = (first: string, needs: string): Example => {
  const list = first.replaceAll(/^/gm, '    ');
  return jobs(`build:\n  steps:\n${list}\npublish:\n  needs: [${needs}]\n  steps:\n    ${push}`);
};

export const imageExamples = {
  publishersUseNoCache: {
    holds: publishing('- uses: actions/setup-node@x\n  with: {package-manager-cache: false}'),
    breaks: {
      'does not set package-manager-cache: false': publishing('- uses: actions/setup-node@x'),
      'does not set cache-binary: false': publishing('- uses: docker/setup-buildx-action@x'),
      'does not set cache: false': publishing('- uses: aquasecurity/trivy-action@x\n  with: {cache: true}'),
      'uses cache-from': publishing('- uses: docker/build-push-action@x\n  with: {cache-from: type=gha}'),
      'restores a cache': publishing('- uses: actions/cache@x'),
    },
  },
  buildsRecordProvenance: {
    holds: build('provenance: mode=max, sbom: true, build-args: VERSION=1'),
    breaks: {
      'provenance is not mode=max': build('provenance: true, sbom: true'),
      'sbom is not true': build('provenance: mode=max'),
      'looks like a secret': build('provenance: mode=max, sbom: true, build-args: NPM_TOKEN=1'),
    },
  },
  scansPrecedePush: {
    holds: twoJobs([sarif, upload, scan()].join('\n'), 'build'),
    breaks: {
      'pushes an image before a scan that can stop it': steps([push, sarif, upload, scan()].join('\n')),
      'publish: pushes an image': twoJobs([sarif, upload, scan()].join('\n'), ''),
      'build: pushes': jobs('build:\n  steps:\n    - uses: docker/build-push-action@x\n      with: {push: true}'),
      'one: pushes an image': steps([sarif, upload, scan('CRITICAL'), push].join('\n')),
      'may stop the job before its SARIF': steps([sarif, scan(), upload, push].join('\n')),
    },
  },
} as const satisfies Record<string, Examples>;
