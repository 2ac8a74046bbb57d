import type { Decision } from './decision.ts';

const pullPolicy =
  'IfNotPresent, explicitly: a release names images by digest, and a cached image with that digest is the same. Always would make every restart depend on the registry.';
const userIds =
  'The image has the user 1001, official images have their own. All are non-root without capabilities, and Pod Security enforces it.';
const operators = 'The pods belong to an operator (cert-manager, CloudNativePG), which creates them.';
const singleRedis =
  'Redis holds a cache and counters only, and the service works without it: a second replica would need replication and failover for data that may be lost.';

/** kube-score and checkov, of the manifests of every environment and reference. */
export const kubernetesDecisions: readonly Decision[] = [
  {
    judge: 'kube-score',
    rule: 'container-ephemeral-storage-request-and-limit',
    found: 86,
    left: 0,
    reason: 'Requests and limits by what a container writes: its emptyDirs and its logs. The policy resourceLimits requires them.',
  },
  {
    judge: 'kube-score',
    rule: 'statefulset-has-servicename',
    found: 12,
    left: 0,
    reason: 'The Services of the monitoring stack are headless. The policy governingServices requires it.',
  },
  {
    judge: 'kube-score',
    rule: 'pod-probes-identical',
    found: 9,
    left: 4,
    accepted: { where: /redis|\bcache\b/ },
    reason:
      'Grafana, Jaeger and Fluent Bit got different probes. Redis has one check, but restarts after a minute and stops receiving requests after 6 s; kube-score compares the check only. The policy distinctProbes compares times too.',
  },
  { judge: 'kube-score', rule: 'container-image-pull-policy', found: 43, left: 43, accepted: {}, reason: pullPolicy },
  { judge: 'kube-score', rule: 'container-security-context-user-group-id', found: 70, left: 70, accepted: {}, reason: userIds },
  {
    judge: 'kube-score',
    rule: 'deployment-has-host-podantiaffinity',
    found: 15,
    left: 15,
    accepted: {},
    reason:
      'topologySpreadConstraints spread pods over zones and nodes; kube-score looks for anti-affinity, which cannot express "evenly".',
  },
  {
    judge: 'kube-score',
    rule: 'networkpolicy-targets-pod',
    found: 12,
    left: 12,
    accepted: { where: /acme-solver|pooler|postgres|replica/ },
    reason: operators,
  },
  {
    judge: 'kube-score',
    rule: 'deployment-strategy',
    found: 4,
    left: 4,
    accepted: { where: /redis|\bcache\b/ },
    reason: 'Recreate: two Redis behind one name would split counters.',
  },
  { judge: 'kube-score', rule: 'deployment-replicas', found: 4, left: 4, accepted: { where: /redis|\bcache\b/ }, reason: singleRedis },
  {
    judge: 'kube-score',
    rule: 'horizontalpodautoscaler-replicas',
    found: 3,
    left: 3,
    accepted: { where: /^local .*(?:worker|scraper|analytics)-hpa/ },
    reason: 'The environment local runs one worker, one scraper and one process of analytics to fit on a laptop.',
  },
  {
    judge: 'kube-score',
    rule: 'service-targets-pod',
    found: 1,
    left: 1,
    accepted: { where: /metrics-canary/ },
    reason: 'Canary pods exist during a release only.',
  },
  { judge: 'checkov', rule: 'CKV_K8S_15', found: 43, left: 43, accepted: {}, reason: pullPolicy },
  {
    judge: 'checkov',
    rule: 'CKV_K8S_43',
    found: 43,
    left: 43,
    accepted: {},
    reason: 'Digests: the deploy replaces the image of the service by its digest, and image admission rejects any other.',
  },
  { judge: 'checkov', rule: 'CKV_K8S_40', found: 35, left: 35, accepted: {}, reason: userIds },
  {
    judge: 'checkov',
    rule: 'CKV_K8S_35',
    found: 28,
    left: 28,
    accepted: {},
    reason:
      'Secrets stay variables. The pooler’s URL is composed from a password of the operator, and optional secrets may be missing: neither works with files. The gain is small: a container has one process, its worker threads have an empty environment, and a person who may exec into it can read files too.',
  },
  {
    judge: 'checkov',
    rule: 'CKV_K8S_38',
    found: 3,
    left: 3,
    accepted: { where: /alloy|fluent-bit/ },
    reason: 'Alloy and Fluent Bit read pods from the Kubernetes API; no other pod has a token.',
  },
  {
    judge: 'checkov',
    rule: 'CKV_K8S_23',
    found: 1,
    left: 1,
    accepted: { where: /fluent-bit/ },
    reason:
      'Fluent Bit reads the log files of the node, which belong to root. It has no capability, and its root file system is read-only.',
  },
];
