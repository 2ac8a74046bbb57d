import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { type ComponentName, components } from '../components/components.ts';
import type { Environment, Resources } from '../environments/environment.ts';
import { addConfigMap } from './config-map.ts';
import { componentLabels, selectorLabels } from './labels.ts';
import { hardenedPodTemplate } from './pod.ts';
import { addService } from './services.ts';
import type { thirdPartyImages } from './third-party-images.ts';

/** A server of somebody else's, one replica. */
export interface ThirdPartyServer {
  readonly image: (typeof thirdPartyImages)[keyof typeof thirdPartyImages];
  /** The user that the image is made for. */
  readonly user: number;
  readonly args?: readonly string[];
  readonly env?: readonly k8s.EnvVar[];
  /** Configuration: path of each file below the folder → its text. */
  readonly config?: { readonly folder: string; readonly files: Readonly<Record<string, string>> };
  /** Where it keeps what must outlive it, and how much. */
  readonly data?: { readonly folder: string; readonly storage: string };
  /** Where the keys of the Secret are files. */
  readonly secrets?: { readonly folder: string; readonly name: string };
  readonly writable?: readonly string[];
  /** Paths on the first port that answer while it lives, and when it is ready. */
  readonly probes: { readonly alive: string; readonly ready: string };
  readonly resources: Resources;
}

/** Its configuration, its Service and its one pod: named as the component; a StatefulSet, so that two never write to one volume. */
export function addThirdPartyServer(scope: Construct, environment: Environment, component: ComponentName, spec: ThirdPartyServer): void {
  const ports = components[component].listens.map((name) => ({ name, port: environment.ports[name] }));
  const metadata = { name: component, labels: componentLabels(environment, component) };
  addService(scope, `${component}-service`, environment, component, { name: component, ports });
  new k8s.KubeStatefulSet(scope, component, {
    metadata,
    spec: {
      serviceName: component,
      replicas: 1,
      selector: { matchLabels: { ...selectorLabels(environment, component) } },
      template: pod(scope, environment, component, spec),
      ...(spec.data && { volumeClaimTemplates: [claim(spec.data.storage)] }),
    },
  });
}

function pod(scope: Construct, environment: Environment, component: ComponentName, spec: ThirdPartyServer): k8s.PodTemplateSpec {
  const { image, user, args = [], env = [], config, data, secrets, writable = [], probes, resources } = spec;
  const [first] = components[component].listens;
  if (!first) throw new Error(`${scope.node.path}: ${component} is to be served, but listens on no port in the contract`);
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
        // A receiver without its secret fails to send; it must not keep the others from it.
        ...(secrets ? [{ name: 'secrets', secret: { secretName: secrets.name, optional: true } }] : []),
      ],
    },
  });
}

/** Named by its content: another configuration is another pod. Keys hold no slash, so the paths are told apart. */
function configMap(scope: Construct, environment: Environment, component: ComponentName, files: Readonly<Record<string, string>>) {
  const keyOf = (path: string) => path.replaceAll('/', '.');
  const data = Object.fromEntries(Object.entries(files).map(([path, text]) => [keyOf(path), text]));
  const name = addConfigMap(scope, environment, component, data, component);
  return { name, items: Object.keys(files).map((path) => ({ key: keyOf(path), path })) };
}

const claim = (storage: string): k8s.KubePersistentVolumeClaimProps => ({
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: k8s.Quantity.fromString(storage) } } },
});
