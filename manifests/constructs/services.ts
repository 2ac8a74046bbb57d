import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { endpoints } from '../../contract/endpoints/index.ts';
import type { Environment } from '../environments/environment.ts';
import { componentLabels, type LabelledComponent, selectorLabels } from './labels.ts';

interface ServiceSpec {
  readonly name: string;
  /** Default: the namespace of the chart. */
  readonly namespace?: string;
  readonly ports: readonly { readonly name: string; readonly port: number }[];
  /** The name resolves to the pods themselves. */
  readonly headless?: boolean;
  readonly publishNotReadyAddresses?: boolean;
}

/** A Service of a component's pods. Each port forwards to the container port of the same name. */
export function addService(
  scope: Construct,
  id: string,
  environment: Environment,
  component: LabelledComponent,
  { name, namespace, ports, headless, publishNotReadyAddresses }: ServiceSpec,
): void {
  new k8s.KubeService(scope, id, {
    metadata: { name, ...(namespace && { namespace }), labels: componentLabels(environment, component) },
    spec: {
      ...ipFamiliesOf(environment),
      ...(headless ? { clusterIp: 'None' } : { type: 'ClusterIP' }),
      ...(publishNotReadyAddresses && { publishNotReadyAddresses }),
      selector: { ...selectorLabels(environment, component) },
      ports: ports.map((each) => ({ ...each, targetPort: k8s.IntOrString.fromString(each.name) })),
    },
  });
}

/** Without a declared family, the cluster chooses: it has one. */
function ipFamiliesOf({ cluster }: Environment) {
  const families = cluster?.ipFamilies;
  return families && { ipFamilies: [...families], ipFamilyPolicy: families.length > 1 ? 'RequireDualStack' : 'SingleStack' };
}

/** A name in the service's namespace that resolves to all pods of a component, ready or not: Prometheus scrapes each of them. */
export function addMetricsService(scope: Construct, environment: Environment, component: LabelledComponent, name: string): void {
  const { namespace, ports } = environment;
  const { port } = endpoints.metrics;
  addService(scope, `${component}-metrics`, environment, component, {
    namespace,
    name,
    ports: [{ name: port, port: ports[port] }],
    headless: true,
    publishNotReadyAddresses: true,
  });
}
