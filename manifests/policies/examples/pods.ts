import { timings } from '../../../contract/timings.ts';
import { broken, type Example, firstContainer, podSpec } from './example.ts';

/** Pod security, resources, probes, shutdown. */
export const podExamples: readonly Example[] = [
  {
    policy: 'podSecurity',
    mistake: 'a container with a writable root filesystem',
    change: broken('Deployment', [...firstContainer, 'securityContext', 'readOnlyRootFilesystem'], false),
    message: /container api has a writable root filesystem/,
  },
  {
    policy: 'podSecurity',
    mistake: 'a pod that may run as root',
    change: broken('Deployment', [...podSpec, 'securityContext', 'runAsNonRoot'], undefined),
    message: /Deployment\/.* may run as root: set securityContext.runAsNonRoot/,
  },
  {
    policy: 'podSecurity',
    mistake: 'a container that keeps its capabilities',
    change: broken('Job', [...firstContainer, 'securityContext', 'capabilities'], undefined),
    message: /Job\/.* container migrate keeps capabilities/,
  },
  {
    policy: 'podSecurity',
    mistake: 'a pod with a token for the Kubernetes API that it does not call',
    change: broken('Job', [...podSpec, 'automountServiceAccountToken'], true),
    message: /Job\/.* mounts a service account token/,
  },
  {
    policy: 'podSecurity',
    mistake: 'a host path volume',
    change: broken('Deployment', [...podSpec, 'volumes'], [{ name: 'logs', hostPath: { path: '/var/log' } }]),
    message: /Deployment\/.* mounts \/var\/log of the node, but the contract does not mark api with readsNode/,
  },
  {
    policy: 'noHostAccess',
    mistake: 'a host port',
    change: broken('Deployment', [...firstContainer, 'ports', 0, 'hostPort'], 3001),
    message: /container api binds port 3001 of its node \(hostPort\) for 8080/,
  },
  {
    policy: 'noHostAccess',
    mistake: 'the host network',
    change: broken('Deployment', [...podSpec, 'hostNetwork'], true),
    message: /Deployment\/.* sets hostNetwork/,
  },
  {
    policy: 'resourceLimits',
    mistake: 'a container without a memory limit',
    change: broken('Deployment', [...firstContainer, 'resources', 'limits'], { cpu: '1' }),
    message: /container api has no memory limit/,
  },
  {
    policy: 'resourceLimits',
    mistake: 'a container that may fill the disk of its node',
    change: broken('Deployment', [...firstContainer, 'resources', 'limits', 'ephemeral-storage'], undefined),
    message: /container api has no ephemeral-storage limit/,
  },
  {
    policy: 'quotaFits',
    mistake: 'an autoscaler that may exceed the quota',
    change: broken('HorizontalPodAutoscaler', ['spec', 'maxReplicas'], 500),
    message: /ResourceQuota\/.* allows pods \d+, but the workloads of \S+ need 5\d\d at maximum scale/,
  },
  {
    policy: 'pinnedImages',
    mistake: 'an image with a moving tag',
    change: broken('Deployment', [...firstContainer, 'image'], 'ghcr.io/a/b:latest'),
    message: /runs ghcr.io\/a\/b:latest: name a version or a digest/,
  },
  {
    policy: 'pinnedImages',
    mistake: 'an image without a tag, from a registry with a port',
    change: broken('Deployment', [...firstContainer, 'image'], 'localhost:5000/a/b'),
    message: /runs localhost:5000\/a\/b: name a version/,
  },
  {
    policy: 'hasProbes',
    mistake: 'a workload without a readiness probe',
    change: broken('Deployment', [...firstContainer, 'readinessProbe'], undefined),
    message: /container api has no readinessProbe/,
  },
  {
    policy: 'distinctProbes',
    mistake: 'a liveness probe that checks dependencies',
    change: (valid) => {
      const probe = { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 3, failureThreshold: 2 };
      const live = broken('Deployment', [...firstContainer, 'livenessProbe'], probe)(valid);
      return broken('Deployment', [...firstContainer, 'readinessProbe'], probe)(live);
    },
    message: /container api has the same liveness and readiness probe/,
  },
  {
    policy: 'probePorts',
    mistake: 'a probe of a port that the container does not open',
    change: broken('Deployment', [...firstContainer, 'livenessProbe', 'httpGet', 'port'], 8000),
    message: /container api livenessProbe uses port 8000, but the container opens http 8080, metrics 9090/,
  },
  {
    policy: 'probePorts',
    mistake: 'a probe of a port on which the role does not answer probes',
    change: broken('Deployment', [...firstContainer, 'readinessProbe', 'httpGet', 'port'], 'metrics'),
    message: /container api readinessProbe uses port 9090, but the contract declares that api answers probes on http \(8080\)/,
  },
  {
    policy: 'listenPorts',
    mistake: 'a listen port that the container does not open',
    change: (valid) =>
      valid.map((object) =>
        object.kind === 'ConfigMap' && object.metadata.name.includes('-api-')
          ? { ...object, data: { ...Object(object.data), PORT: '9999' } }
          : object,
      ),
    message: /Deployment\/.* gets PORT=9999 from ConfigMap\/.*, but its container opens 8080, 9090/,
  },
  {
    policy: 'gracePeriod',
    mistake: 'a grace period shorter than the shutdown',
    change: broken('Deployment', [...podSpec, 'terminationGracePeriodSeconds'], 10),
    message: /killed after 10 s .*contract's shutdown takes up to \d+ s/,
  },
  {
    policy: 'gracePeriod',
    mistake: 'a pod without a preStop sleep',
    change: broken('Deployment', [...firstContainer, 'lifecycle'], undefined),
    message: new RegExp(`sleeps 0 s in preStop, but the contract says ${timings.preStop} s`),
  },
];
