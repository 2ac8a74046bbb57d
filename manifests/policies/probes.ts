import { metadataKeys } from '../../contract/product.ts';
import { listenersOf, workloadRoles } from '../../contract/roles.ts';
import { probePort } from '../constructs/probes.ts';
import { containersIn, runsContinuously, workloadsIn } from '../kubernetes/workloads.ts';
import type { Policy } from './policy.ts';

const kinds = ['startupProbe', 'livenessProbe', 'readinessProbe'] as const;

/** Every long-running container has a liveness and a readiness probe. */
export const hasProbes: Policy = (objects) =>
  containersIn(objects)
    .filter(({ owner, isInit }) => runsContinuously(owner) && !isInit)
    .flatMap((container) =>
      (['livenessProbe', 'readinessProbe'] as const)
        .filter((probe) => container[probe] === undefined)
        .map((probe) => `${container.path} has no ${probe}`),
    );

/** The liveness probe differs from the readiness probe: a pod that cannot serve for a while must not be restarted for it. */
export const distinctProbes: Policy = (objects) =>
  containersIn(objects)
    .filter(({ livenessProbe, readinessProbe }) => livenessProbe && JSON.stringify(livenessProbe) === JSON.stringify(readinessProbe))
    .map(({ path }) => `${path} has the same liveness and readiness probe: let the liveness probe check less, or wait longer`);

/** Probes use a port that the container opens; for a workload role, the port of its first listener. */
export const probePorts: Policy = (objects, { ports }) =>
  containersIn(objects).flatMap((container) => {
    const role = workloadRoles.find((each) => each === container.owner.template.metadata.labels[metadataKeys.component]);
    return kinds.flatMap((kind) => {
      const { httpGet, tcpSocket, grpc } = container[kind] ?? {};
      const port = (httpGet ?? tcpSocket ?? grpc)?.port;
      if (port === undefined) return [];
      const opened = container.ports.find(({ name, containerPort }) => name === port || containerPort === port);
      if (!opened) {
        const open = container.ports.map(({ name, containerPort }) => `${name ?? ''} ${containerPort}`.trim()).join(', ');
        return [`${container.path} ${kind} uses port ${port}, but the container opens ${open || 'none'}`];
      }
      if (!role || opened.containerPort === ports[probePort(role)]) return [];
      return [
        `${container.path} ${kind} uses port ${opened.containerPort}, but the contract declares that ${role} answers probes on ${probePort(role)} (${ports[probePort(role)]})`,
      ];
    });
  });

/** The listen ports in a role's ConfigMap are ports that its container opens. */
export const listenPorts: Policy = (objects) =>
  workloadsIn(objects).flatMap(({ name, template: { metadata, spec } }) => {
    const role = workloadRoles.find((each) => each === metadata.labels[metadataKeys.component]);
    if (!role) return [];
    const [container] = spec.containers;
    const configMap = objects.find(
      ({ kind, metadata: { name: config } }) => kind === 'ConfigMap' && container?.envFrom[0]?.configMapRef?.name === config,
    );
    const settings = [...listenersOf[role].map(([, setting]) => setting), 'METRICS_PORT'];
    return settings.flatMap((setting) => {
      const port: unknown = Object(configMap?.data)[setting];
      if (port === undefined || container?.ports.some(({ containerPort }) => String(containerPort) === port)) return [];
      return [
        `${name} gets ${setting}=${port} from ConfigMap/${configMap?.metadata.name}, but its container opens ${container?.ports.map(({ containerPort }) => containerPort).join(', ')}`,
      ];
    });
  });
