import { describe, expect, test } from '@jest/globals';
import { pullErrorCode } from './image-pull.ts';
import { judge } from './judge.ts';
import { dateAt, event, observe, pod, rollout, waiting } from './testing/sample-objects.ts';

const resolve = 'failed to pull and unpack image "ghcr.io/example/api:2": failed to resolve reference "ghcr.io/example/api:2": ';
const token = 'failed to authorize: failed to fetch anonymous token: ';

describe('pullErrorCode', () => {
  test.each([
    ['image-not-found', `rpc error: code = NotFound desc = ${resolve}ghcr.io/example/api:2: not found`],
    ['image-not-found', `${resolve}unexpected status from HEAD request to https://ghcr.io/v2/example/api/manifests/2: 404 Not Found`],
    ['image-not-found', 'Error response from daemon: manifest for ghcr.io/example/api:2 not found: manifest unknown: manifest unknown'],
    ['image-not-found', 'failed to pull and unpack image "ghcr.io/example/api:2": no match for platform in manifest: not found'],
    ['image-forbidden', `${resolve}${token}unexpected status from GET request to https://ghcr.io/token?scope=x: 401 Unauthorized`],
    ['image-forbidden', `${resolve}unexpected status from HEAD request to https://ghcr.io/v2/example/api/manifests/2: 403 Forbidden`],
    [
      'image-forbidden',
      `${resolve}pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
    ],
    [
      'registry-unavailable',
      `${resolve}unexpected status from HEAD request to https://ghcr.io/v2/example/api/manifests/2: 429 Too Many Requests`,
    ],
    [
      'registry-unavailable',
      'failed to copy: httpReadSeeker: failed open: unexpected status code https://docker.io/v2/a/b: 429 - Server message: toomanyrequests: You have reached your pull rate limit',
    ],
    ['registry-unavailable', `${resolve}${token}unexpected status from GET request to https://ghcr.io/token: 503 Service Unavailable`],
    [
      'registry-unavailable',
      `${resolve}failed to do request: Head "https://ghcr.io/v2/example/api/manifests/2": dial tcp 192.0.2.1:443: i/o timeout`,
    ],
    [
      'registry-unavailable',
      `${resolve}failed to do request: Head "https://ghcr.io/v2/": dial tcp 192.0.2.1:443: connect: connection refused`,
    ],
    [
      'registry-unavailable',
      `${resolve}failed to do request: Head "https://ghcr.io/v2/": dial tcp: lookup ghcr.io on 10.96.0.10:53: no such host`,
    ],
    ['registry-unavailable', `${resolve}failed to do request: Head "https://ghcr.io/v2/": net/http: TLS handshake timeout`],
    ['registry-unavailable', 'failed to pull image "not found": failed to extract layer: no space left on device'],
    ['registry-unavailable', 'failed to resolve image: ghcr.io/example/forbidden:unauthorized: no space left on device'],
    ['image-not-found', 'failed to resolve image: ghcr.io/example/timeout:2: not found'],
    [
      'registry-unavailable',
      'failed to resolve image: ghcr.io/example/unauthorized:not-found: unexpected status: 500 Internal Server Error',
    ],
  ])('%s: %s', (code, message) => {
    expect(pullErrorCode(message)).toBe(code);
  });
});

describe('imagePullErrors', () => {
  const pending = (reason: string, message: string) => rollout(pod({ statuses: [waiting(reason, message)] }));
  const notFound = `${resolve}ghcr.io/example/api:2: not found`;

  test.each([
    ['ErrImagePull', notFound, 'image-not-found'],
    ['ImagePullBackOff', `Back-off pulling image "ghcr.io/example/api:2": ErrImagePull: ${notFound}`, 'image-not-found'],
    ['InvalidImageName', 'Failed to apply default image tag "ghcr.io/Example/API": invalid reference format', 'image-name-invalid'],
    ['ErrImageNeverPull', 'Container image "ghcr.io/example/api:2" is not present with pull policy of Never', 'image-not-found'],
    ['SignatureValidationFailed', 'image pull failed because the signature validation failed', 'image-forbidden'],
  ])('fails at once on %s: %s', (reason, message, code) => {
    expect(judge(observe(3, pending(reason, message)))).toMatchObject({ state: 'failed', cause: { code } });
  });

  test('takes the cause from the events if the back-off message has none, proved by the first of them', () => {
    const events = [
      event('Failed', `Failed to pull image "ghcr.io/example/api:2": ${notFound}`, 4, 8),
      event('Failed', 'Error: ErrImagePull', 4, 9),
    ];
    const verdict = judge(observe(9, pending('ImagePullBackOff', 'Back-off pulling image "ghcr.io/example/api:2"'), events));
    expect(verdict).toMatchObject({ state: 'failed', cause: { code: 'image-not-found' }, provedAt: dateAt(4) });
  });

  test('reads only the events of its own container', () => {
    const objects = pending('ImagePullBackOff', 'Back-off pulling image "ghcr.io/example/api:2"');
    const about = (subject: object) => {
      const one = event('Failed', 'Failed to pull image: not found', 4, 8);
      return judge(observe(9, objects, [{ ...one, involvedObject: { ...one.involvedObject, ...subject } }])).state;
    };
    expect(about({ uid: 'api-2-a', fieldPath: 'spec.containers{api}' })).toBe('failed');
    expect(about({ fieldPath: 'spec.containers{other}' })).toBe('progressing');
    expect(about({ uid: 'a pod of that name before' })).toBe('progressing');
    expect(about({ name: 'api-2-b' })).toBe('progressing');
  });

  test('allows an unavailable registry a time budget of its own', () => {
    const objects = pending('ErrImagePull', `${resolve}unexpected status from HEAD request to https://ghcr.io/v2/: 429 Too Many Requests`);
    const first = judge(observe(5, objects));
    expect(first).toMatchObject({
      state: 'progressing',
      waiting: [{ until: dateAt(305), line: expect.stringContaining('429 Too Many Requests') }],
    });
    expect(judge(observe(304, objects, [], { previous: first.memory })).state).toBe('progressing');
    const last = judge(observe(305, objects, [], { previous: first.memory }));
    expect(last).toMatchObject({ state: 'failed', cause: { code: 'registry-unavailable' }, provedAt: dateAt(305) });
    expect(judge(observe(25, objects, [], { previous: first.memory }), { registrySeconds: 20 }).state).toBe('failed');
  });

  test('names workload, pod, container, image and owners, with the message of the cluster', () => {
    const verdict = judge(observe(3, pending('ErrImagePull', notFound)));
    expect(verdict).toMatchObject({
      cause: {
        line: `Deployment shop/api, pod api-2-a, container api: the image does not exist (ghcr.io/example/api:2): ${notFound}`,
        chain: [
          { kind: 'Deployment', name: 'api' },
          { kind: 'ReplicaSet', name: 'api-2' },
          { kind: 'Pod', name: 'api-2-a' },
        ],
        container: { name: 'api', restarts: 0, previousLogs: false },
      },
    });
  });
});
