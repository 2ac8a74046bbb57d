import { thirdPartyImages } from '../../../../manifests/components/third-party-images.ts';
import { type Example, type Examples, jobs, steps } from './example.ts';

const verify = `- run: cosign verify --certificate-identity "$WHO" --certificate-oidc-issuer https://token.actions.githubusercontent.com "$IMAGE"
  env: {IMAGE: "app@\${{ needs.build.outputs.digest }}", WHO: "https://github.com/\${{ github.workflow_ref }}"}`;
const verifyByTool = `- run: node build/leyenda.js verify-image --identity "$WHO" --issuer https://token.actions.githubusercontent.com -- "$IMAGE"
  env: {IMAGE: "app@\${{ needs.build.outputs.digest }}", WHO: "https://github.com/\${{ github.workflow_ref }}"}`;
const deploy = (image: string) => `- run: node build/leyenda.js deploy staging --image "$IMAGE"\n  env: {IMAGE: "${image}"}`;
const digest = `app@\${{ needs.build.outputs.digest }}`;
const afterBuild = (list: string): Example => {
  const text = list.replaceAll(/^/gm, '    ');
  return jobs(`build:
  outputs: {digest: "\${{ steps.image.outputs.digest }}", tag: "\${{ steps.image.outputs.tag }}"}
  steps: [{id: image, uses: docker/build-push-action@x}]
one:
  needs: build
  steps:
${text}`);
};
const queued = 'environment: staging\nconcurrency: {group: deploy-staging}';
const deployStaging = '- run: node build/leyenda.js deploy staging';
const service = (image: string) => jobs(`one: {runs-on: ubuntu-24.04, timeout-minutes: 5, services: {db: {image: "${image}"}}}`);
const gated = (gate: string, on = '[pull_request, merge_group]') => jobs(`test: {}\nlint: {}\ngate: ${gate}`, `on: ${on}`);
const results = (...ids: readonly string[]) => `steps: [{env: {RESULTS: "${ids.map((id) => `\${{ needs.${id}.result }}`).join(' ')}"}}]`;

const scanDeployed = (key: string, script: string) =>
  jobs(`find:
  outputs: {image: "\${{ steps.serving.outputs.image }}"}
  steps: [{id: serving, run: '${script}'}]
one: {needs: find, steps: [{uses: aquasecurity/trivy-action@x, with: {${key}: "\${{ needs.find.outputs.image }}"}}]}`);
const scanMatrix = (image: string, key = 'image-ref') =>
  `scan: {strategy: {matrix: {include: [{image: "${thirdPartyImages.redis}"}, {image: "${image}"}]}}, steps: [{uses: aquasecurity/trivy-action@x, with: {${key}: "\${{ matrix.image }}"}}]}`;
const findImage = 'image=$(node build/leyenda.js history staging); [[ $image =~ @sha256:[0-9a-f]{64}$ ]]';

export const deliveryExamples = {
  digestsArePropagated: {
    holds: {
      workflow: `${afterBuild(`${verifyByTool}\n${deploy(digest)}\n${verify}\n${deploy(digest)}`).workflow}${scanDeployed(
        'image-ref',
        findImage,
      )
        .workflow?.replace(/^.*jobs:\n/s, '')
        .replace('one:', 'rescan:')}\n${scanMatrix(thirdPartyImages.postgres)}`,
    },
    breaks: {
      // A deployed image may be scanned again if the step accepts only a digest; it must not be deployed or signed.
      'image-ref ${{ needs.find.outputs.image }} is not': scanDeployed('image-ref', 'image=$(node build/leyenda.js history staging)'),
      'input ${{ needs.find.outputs.image }} is not': scanDeployed('input', findImage),
      'image-ref ${{ matrix.image }} is not': jobs(scanMatrix('docker.io/library/redis:latest')),
      'input ${{ matrix.image }} is not': jobs(scanMatrix(thirdPartyImages.postgres, 'input')),
      'IMAGE app:v1 is not the digest of the build': afterBuild(`${verify}\n${deploy('app:v1')}`),
      'outputs.tag }} is not the digest of the build': afterBuild(`${verify}\n${deploy(`app@\${{ needs.build.outputs.tag }}`)}`),
      'input build/image is not the digest of the build': afterBuild('- uses: aquasecurity/trivy-action@x\n  with: {input: build/image}'),
      'tags an image before it is signed': afterBuild(
        `- run: skopeo copy "docker://$NAME@$DIGEST" "docker://$NAME:latest"\n  env: {DIGEST: "\${{ needs.build.outputs.digest }}"}`,
      ),
      'has no image digest': afterBuild('- uses: actions/attest@x'),
      'before the signer': afterBuild(`${verifyByTool.replace('--identity', '--key')}\n${deploy(digest)}`),
      'deploys before the signer': afterBuild(`${deploy(digest)}\n${verify}`),
      'deploys before the signer is verified': afterBuild(`${verify.replace('github.workflow_ref', 'github.actor')}\n${deploy(digest)}`),
      'the signer is verified': afterBuild(`${verify.replace('identity', 'identity-regexp')}\n${deploy(digest)}`),
    },
  },
  deploysAreSerialized: {
    holds: steps(deployStaging, queued),
    breaks: {
      'outside its environment': steps(deployStaging, queued.replace('environment: staging', 'environment: production')),
      'are not serialized': steps(deployStaging, 'environment: staging'),
      'deploys to staging are not serialized': steps(deployStaging, queued.replace('deploy-staging', 'rollback-staging')),
      'deploys to "$WHERE" outside its environment': steps('- run: node build/leyenda.js rollback "$WHERE"', queued),
      'a newer run cancels the deploy': steps(deployStaging, queued.replace('}', ', cancel-in-progress: true}')),
      'superseded runs are not cancelled': jobs('one: {}', 'on: pull_request'),
    },
  },
  jobsHaveLimits: {
    holds: service('docker.io/library/postgres:18.4-alpine'),
    breaks: {
      'has no timeout-minutes': jobs('one: {runs-on: ubuntu-24.04}'),
      'runs on ubuntu-latest': jobs('one: {runs-on: ubuntu-latest, timeout-minutes: 5}'),
      'postgres:18 is not pinned': service('postgres:18'),
    },
  },
  gateCoversAllJobs: {
    holds: gated(`{if: always(), needs: [test, lint], ${results('test', 'lint')}}`),
    breaks: {
      'merge queue': gated(`{if: always(), needs: [test, lint], ${results('test', 'lint')}}`, 'pull_request'),
      'no single gate job that always runs': gated(`{needs: [test, lint], ${results('test', 'lint')}}`),
      'result of every other job': gated(`{if: always(), needs: [test, lint], ${results('test')}}`),
    },
  },
} as const satisfies Record<string, Examples>;
