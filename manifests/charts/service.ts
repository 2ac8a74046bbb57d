import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { metadataKeys } from '../../contract/product.ts';
import { type WorkloadRole, workloadRoles } from '../../contract/roles.ts';
import { schemaCompatibility } from '../../contract/schema.ts';
import { components } from '../components/components.ts';
import { containerVariables } from '../constructs/container-variables.ts';
import { contentHash } from '../constructs/content-hash.ts';
import { exportsMount } from '../constructs/exports-volume.ts';
import { componentLabels } from '../constructs/labels.ts';
import { NetworkPolicies } from '../constructs/network-policies.ts';
import { hardenedPodTemplate, imageUser, spread } from '../constructs/pod.ts';
import { probesOf } from '../constructs/probes.ts';
import { validateStrategy } from '../constructs/progressive-delivery.ts';
import { RollingDeployment } from '../constructs/rolling-deployment.ts';
import { addAutoscaler, addDisruptionBudget } from '../constructs/scaling.ts';
import { addService } from '../constructs/services.ts';
import type { Environment, Workload } from '../environments/environment.ts';

/**
 * The service: configuration, migration, a workload per role, Services, autoscaling and network policies.
 */
export class ServiceChart extends Chart {
  constructor(scope: Construct, environment: Environment, image: string) {
    super(scope, 'service', { namespace: environment.namespace, disableResourceNameHashes: true });
    validateStrategy(`${this.node.path}/strategy`, environment);
    new NetworkPolicies(this, 'connections', environment, environment.namespace);
    migration(this, environment, image);
    for (const role of workloadRoles) {
      const workload = environment.workloads[role];
      if (workload) serve(this, environment, image, role, workload);
    }
    const { names, ports, workloads } = environment;
    // The port of a Service is the same in every environment.
    addService(this, 'api-service', environment, 'api', { name: names.services.api, ports: [{ name: 'http', port: ports.service }] });
    if (workloads.graphql)
      addService(this, 'graphql-service', environment, 'graphql', {
        name: names.services.graphql,
        ports: [{ name: 'graphql', port: ports.service }],
      });
  }
}

/** The migration completes before workloads are updated. Its name has the content's hash, because Jobs are immutable. */
function migration(scope: Construct, environment: Environment, image: string): void {
  const pod = hardenedPodTemplate(environment, {
    component: 'migrate',
    user: imageUser,
    resources: environment.workloads.api.resources,
    container: { image, ...containerVariables(scope, environment, 'migrate') },
    writablePaths: ['/tmp'],
    spec: { restartPolicy: 'Never' },
  });
  new k8s.KubeJob(scope, 'migrate', {
    metadata: {
      name: `${environment.names.migrate}-${contentHash(pod)}`,
      labels: componentLabels(environment, 'migrate'),
      annotations: schemaAnnotations(),
    },
    spec: { backoffLimit: 2, activeDeadlineSeconds: 600, template: pod },
  });
}

/** The release tool checks the schema before a rollback, because migrations are not reverted. */
function schemaAnnotations(): Record<string, string> {
  const { version, compatibleFrom: serves } = schemaCompatibility();
  return { [metadataKeys.schema]: version, [metadataKeys.schemaCompatibleFrom]: serves };
}

/** A role's Deployment, autoscaler and disruption budget. */
function serve(scope: Construct, environment: Environment, image: string, role: WorkloadRole, { resources, scaling }: Workload): void {
  const { volumes, volumeMounts } = exportsMount(environment, role);
  new RollingDeployment(scope, role, environment, {
    user: imageUser,
    resources,
    container: {
      image,
      ports: components[role].listens.map((name) => ({ name, containerPort: environment.ports[name] })),
      ...containerVariables(scope, environment, role),
      ...probesOf(role),
      volumeMounts,
    },
    writablePaths: ['/tmp'],
    spec: { topologySpreadConstraints: spread(environment, role), volumes },
  });
  addAutoscaler(scope, environment, role, scaling);
  addDisruptionBudget(scope, environment, role);
}
