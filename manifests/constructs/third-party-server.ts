import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { type ComponentName, components } from '../components/components.ts';
import type { thirdPartyImages } from '../components/third-party-images.ts';
import type { Environment, Resources } from '../environments/environment.ts';
import { addConfigMap } from './config-map.ts';
import { componentLabels, selectorLabels } from './labels.ts';
import { hardenedPodTemplate } from './pod.ts';
import { addService } from './services.ts';
import { volumeClaim } from './volume-claim.ts';

/** A third-party server with one replica. */
export interface ThirdPartyServer {
  readonly image: (typeof thirdPartyImages)[keyof typeof thirdPartyImages];
  /** Uid that the image expects. */
  readonly user: number;
  readonly args?: readonly string[];
  readonly env?: readonly k8s.EnvVar[];
  /** Configuration files: path below the folder → content. */
  readonly config?: { readonly folder: string; readonly files: Readonly<Record<string, string>> };
  /** Persistent volume. */
  readonly data?: { readonly folder: string; readonly storage: string };
  /** Mounts the keys of a Secret as files. */
  readonly secrets?: { readonly folder: string; readonly name: string };
  readonly writable?: readonly string[];
  /** Paths of the liveness and readiness probes, on the first port. */
  readonly probes: { readonly alive: `/${string}`; readonly ready: `/${string}` };
  readonly resources: Resources;
}

/** The server's ConfigMap, Service and StatefulSet, named after the component. A StatefulSet never runs two pods on one volume. */
export function addThirdPartyServer(scope: Construct, environment: Environment, component: ComponentName, spec: ThirdPartyServer): void {
  const ports = components[component].listens.map((name) => ({ name, port: environment.ports[name] }));
  const metadata = { name: component, labels: componentLabels(environment, component) };
  // Headless, as the API requires of the Service of a StatefulSet: the name resolves to the only pod.
  addService(scope, `${component}-service`, environment, component, { name: component, ports, headless: true });
  new k8s.KubeStatefulSet(scope, component, {
    metadata,
    spec: {
      serviceName: component,
      replicas: 1,
      selector: { matchLabels: { ...selectorLabels(environment, component) } },
      template: pod(scope, environment, component, spec),
      ...(spec.data && { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: volumeClaim(environment, spec.data.storage) }] }),
    },
  });
}

function pod(scope: Construct, environment: Environment, component: ComponentName, spec: ThirdPartyServer): k8s.PodTemplateSpec {
  const { image, user, args = [], env = [], config, data, secrets, writable = [], probes, resources } = spec;
  const [first] = components[component].listens;
  if (!first) throw new Error(`${scope.node.path}: ${component} needs a Service, but the component listens on no port`);
  const probe = (path: string): k8s.Probe => ({
    httpGet: { path, port: k8s.IntOrString.fromString(first) },
    periodSeconds: 10,
    timeoutSeconds: 5,
    failureThreshold: 6,
  });
  return hardenedPodTemplate(environment, {
    component,
    user,
    resources,
    container: {
      image,
      args: [...args],
      env: [...env],
      ports: components[component].listens.map((name) => ({ name, containerPort: environment.ports[name] })),
      livenessProbe: { ...probe(probes.alive), initialDelaySeconds: 30 },
      readinessProbe: probe(probes.ready),
      volumeMounts: [
        ...(config ? [{ name: 'config', mountPath: config.folder, readOnly: true }] : []),
        ...(secrets ? [{ name: 'secrets', mountPath: secrets.folder, readOnly: true }] : []),
        ...(data ? [{ name: 'data', mountPath: data.folder }] : []),
      ],
    },
    writablePaths: writable,
    spec: {
      volumes: [
        ...(config ? [{ name: 'config', configMap: configMap(scope, environment, component, config.files) }] : []),
        // Optional: Alertmanager must start even if the credential of one receiver is missing.
        ...(secrets ? [{ name: 'secrets', secret: { secretName: secrets.name, optional: true } }] : []),
      ],
    },
  });
}

/** ConfigMap keys must not contain slashes: the volume's items map them back to paths. */
function configMap(scope: Construct, environment: Environment, component: ComponentName, files: Readonly<Record<string, string>>) {
  const keyOf = (path: string) => path.replaceAll('/', '.');
  const data = Object.fromEntries(Object.entries(files).map(([path, text]) => [keyOf(path), text]));
  const name = addConfigMap(scope, environment, component, data, component);
  return { name, items: Object.keys(files).map((path) => ({ key: keyOf(path), path })) };
}
