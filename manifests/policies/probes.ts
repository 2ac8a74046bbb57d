import { metadataKeys } from '../../contract/product.ts';
import { listenersOf, workloadRoles } from '../../contract/roles.ts';
import { probePort } from '../constructs/probes.ts';
import { containersIn, runsContinuously, workloadsIn } from '../kubernetes/workloads.ts';
import type { Policy } from './policy.ts';

const kinds = ['startupProbe', 'livenessProbe', 'readinessProbe'] as const;

/** What serves tells when it is ready and when it is stuck. */
export const probed: Policy = (objects) =>
  containersIn(objects)
    .filter(({ owner, isInit }) => runsContinuously(owner) && !isInit)
    .flatMap((container) =>
      (['livenessProbe', 'readinessProbe'] as const)
        .filter((probe) => container[probe] === undefined)
        .map((probe) => `${container.path} has no ${probe}`),
    );

/** A probe asks a port that its container opens; of a role of ours, the one where it listens first. */
export const probePorts: Policy = (objects, { ports }) =>
  containersIn(objects).flatMap((container) => {
    const role = workloadRoles.find((each) => each === container.owner.template.metadata.labels[metadataKeys.component]);
    return kinds.flatMap((kind) => {
      const { httpGet, tcpSocket, grpc } = container[kind] ?? {};
      const asked = (httpGet ?? tcpSocket ?? grpc)?.port;
      if (asked === undefined) return [];
      const opened = container.ports.find(({ name, containerPort }) => name === asked || containerPort === asked);
      if (!opened) {
        const open = container.ports.map(({ name, containerPort }) => `${name ?? ''} ${containerPort}`.trim()).join(', ');
        return [`${container.path} ${kind} asks port ${asked}, but the container opens ${open || 'none'}`];
      }
      if (!role || opened.containerPort === ports[probePort(role)]) return [];
      return [
        `${container.path} ${kind} asks port ${opened.containerPort}, but the contract has ${role} answer probes on ${probePort(role)} (${ports[probePort(role)]})`,
      ];
    });
  });

/** A role is told to listen on the ports that its container opens. */
export const configuredListeners: Policy = (objects) =>
  workloadsIn(objects).flatMap(({ name, template: { metadata, spec } }) => {
    const role = workloadRoles.find((each) => each === metadata.labels[metadataKeys.component]);
    if (!role) return [];
    const [container] = spec.containers;
    const told = objects.find(
      ({ kind, metadata: { name: config } }) => kind === 'ConfigMap' && container?.envFrom[0]?.configMapRef?.name === config,
    );
    const settings = [...listenersOf[role].map(([, setting]) => setting), 'METRICS_PORT'];
    return settings.flatMap((setting) => {
      const port: unknown = Object(told?.data)[setting];
      if (port === undefined || container?.ports.some(({ containerPort }) => String(containerPort) === port)) return [];
      return [
        `${name} is told ${setting}=${port} by ConfigMap/${told?.metadata.name}, but its container opens ${container?.ports.map(({ containerPort }) => containerPort).join(', ')}`,
      ];
    });
  });
