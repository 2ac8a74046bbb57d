import { timings } from '../../../contract/timings.ts';
import { broken, type Example, firstContainer, podSpec } from './example.ts';

/** What a pod may do, asks for, is probed by, and how it leaves. */
export const podExamples: readonly Example[] = [
  {
    policy: 'restricted',
    mistake: 'a container with a writable root',
    change: broken('Deployment', [...firstContainer, 'securityContext', 'readOnlyRootFilesystem'], false),
    says: /container api has a writable root/,
  },
  {
    policy: 'restricted',
    mistake: 'a pod that may be root',
    change: broken('Deployment', [...podSpec, 'securityContext', 'runAsNonRoot'], undefined),
    says: /Deployment\/.* may run as root: set securityContext.runAsNonRoot/,
  },
  {
    policy: 'restricted',
    mistake: 'a container that keeps its capabilities',
    change: broken('Job', [...firstContainer, 'securityContext', 'capabilities'], undefined),
    says: /Job\/.* container migrate keeps capabilities/,
  },
  {
    policy: 'restricted',
    mistake: 'a pod with a token for the Kubernetes API that it does not call',
    change: broken('Job', [...podSpec, 'automountServiceAccountToken'], true),
    says: /Job\/.* mounts a service account token/,
  },
  {
    policy: 'restricted',
    mistake: 'a volume of the node',
    change: broken('Deployment', [...podSpec, 'volumes'], [{ name: 'logs', hostPath: { path: '/var/log' } }]),
    says: /Deployment\/.* mounts \/var\/log of the node, but the contract does not say that api reads its files/,
  },
  {
    policy: 'noHostAccess',
    mistake: 'a port of the node (defect D-11 of the guides)',
    change: broken('Deployment', [...firstContainer, 'ports', 0, 'hostPort'], 3001),
    says: /container api takes port 3001 of its node \(hostPort\) for 8080/,
  },
  {
    policy: 'noHostAccess',
    mistake: 'the network of the node',
    change: broken('Deployment', [...podSpec, 'hostNetwork'], true),
    says: /Deployment\/.* sets hostNetwork/,
  },
  {
    policy: 'resources',
    mistake: 'a container without a limit',
    change: broken('Deployment', [...firstContainer, 'resources', 'limits'], { cpu: '1' }),
    says: /container api has no memory limit/,
  },
  {
    policy: 'quotaHasRoom',
    mistake: 'an autoscaler that may grow beyond the quota',
    change: broken('HorizontalPodAutoscaler', ['spec', 'maxReplicas'], 500),
    says: /ResourceQuota\/.* allows pods \d+, but the workloads of instagram-captions need 5\d\d at their largest scale/,
  },
  {
    policy: 'pinnedImages',
    mistake: 'an image by a moving tag',
    change: broken('Deployment', [...firstContainer, 'image'], 'ghcr.io/a/b:latest'),
    says: /runs ghcr.io\/a\/b:latest: name a version or a digest/,
  },
  {
    policy: 'pinnedImages',
    mistake: 'an image without a tag, behind a port',
    change: broken('Deployment', [...firstContainer, 'image'], 'localhost:5000/a/b'),
    says: /runs localhost:5000\/a\/b: name a version/,
  },
  {
    policy: 'probed',
    mistake: 'a workload that nobody asks whether it is ready',
    change: broken('Deployment', [...firstContainer, 'readinessProbe'], undefined),
    says: /container api has no readinessProbe/,
  },
  {
    policy: 'probePorts',
    mistake: 'a probe of a port that nobody opens',
    change: broken('Deployment', [...firstContainer, 'livenessProbe', 'httpGet', 'port'], 8000),
    says: /container api livenessProbe asks port 8000, but the container opens http 8080, metrics 9090/,
  },
  {
    policy: 'probePorts',
    mistake: 'a probe of another port than the one where the role answers probes',
    change: broken('Deployment', [...firstContainer, 'readinessProbe', 'httpGet', 'port'], 'metrics'),
    says: /container api readinessProbe asks port 9090, but the contract has api answer probes on http \(8080\)/,
  },
  {
    policy: 'configuredListeners',
    mistake: 'a role that is told to listen where its container opens nothing',
    change: (sound) =>
      sound.map((object) =>
        object.kind === 'ConfigMap' && object.metadata.name.includes('-api-')
          ? { ...object, data: { ...Object(object.data), PORT: '9999' } }
          : object,
      ),
    says: /Deployment\/.* is told PORT=9999 by ConfigMap\/.*, but its container opens 8080, 9090/,
  },
  {
    policy: 'graceCoversShutdown',
    mistake: 'a grace that is shorter than the shutdown',
    change: broken('Deployment', [...podSpec, 'terminationGracePeriodSeconds'], 10),
    says: /killed after 10 s .*contract's shutdown takes up to \d+ s/,
  },
  {
    policy: 'graceCoversShutdown',
    mistake: 'a pod that is told to stop before it has left the endpoints',
    change: broken('Deployment', [...firstContainer, 'lifecycle'], undefined),
    says: new RegExp(`sleeps 0 s in preStop, but the contract says ${timings.preStop} s`),
  },
];
