import * as z from 'zod';
import { annotationPrefix, knownAnnotations } from '../constructs/ingress-annotations.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { kindAndName } from '../kubernetes/workloads.ts';
import type { Policy } from './policy.ts';

const service = z.object({ spec: z.object({ ports: z.array(z.object({ port: z.number() })) }) });
const httpRoute = z.object({
  spec: z.object({
    rules: z.array(
      z.object({
        backendRefs: z.array(z.object({ name: z.string(), port: z.number() })).default([]),
        filters: z.array(z.object({ extensionRef: z.object({ kind: z.string(), name: z.string() }).optional() })).default([]),
      }),
    ),
  }),
});
const backend = z.object({ backend: z.object({ service: z.object({ name: z.string(), port: z.object({ number: z.number() }) }) }) });
const ingress = z.object({
  spec: z.object({ rules: z.array(z.object({ http: z.object({ paths: z.array(backend) }).optional() })) }),
});

type Target = { readonly name: string; readonly port: number };

/** Services and Middlewares that an HTTPRoute or Ingress refers to. */
function targetsOf(object: KubernetesObject): { readonly backends: readonly Target[]; readonly middlewares: readonly string[] } {
  if (object.kind === 'HTTPRoute') {
    const { rules } = httpRoute.parse(object).spec;
    const extensions = rules.flatMap(({ filters }) => filters.flatMap(({ extensionRef }) => extensionRef ?? []));
    return {
      backends: rules.flatMap(({ backendRefs }) => backendRefs),
      middlewares: extensions.filter(({ kind }) => kind === 'Middleware').map(({ name }) => name),
    };
  }
  const paths = ingress.parse(object).spec.rules.flatMap(({ http }) => http?.paths ?? []);
  return { backends: paths.map(({ backend: { service: to } }) => ({ name: to.name, port: to.port.number })), middlewares: [] };
}

/** Routes refer to existing Service ports and Middlewares. */
export const routeBackends: Policy = (objects) => {
  const find = (kind: string, name: string) => objects.find((object) => object.kind === kind && object.metadata.name === name);
  return objects
    .filter(({ kind }) => kind === 'HTTPRoute' || kind === 'Ingress')
    .flatMap((route) => {
      const { backends, middlewares } = targetsOf(route);
      return [
        ...backends.flatMap(({ name, port }) => {
          const found = find('Service', name);
          if (!found) return [`${kindAndName(route)} routes to Service/${name}, which does not exist`];
          const ports = service.parse(found).spec.ports.map((each) => each.port);
          return ports.includes(port)
            ? []
            : [`${kindAndName(route)} routes to port ${port} of Service/${name}, which has ${ports.join(', ')}`];
        }),
        ...middlewares
          .filter((name) => !find('Middleware', name))
          .map((name) => `${kindAndName(route)} uses Middleware/${name}, which does not exist`),
      ];
    });
};

/** An Ingress has only annotations that its controller reads: controllers ignore unknown ones silently. */
export const ingressAnnotations: Policy = (objects) =>
  objects
    .filter(({ kind }) => kind === 'Ingress')
    .flatMap((object) =>
      Object.keys(object.metadata.annotations ?? {})
        .filter((name) => !knownAnnotations.some((known) => `${annotationPrefix}${known}` === name))
        .map((name) => `${kindAndName(object)} has the annotation ${name}, which constructs/ingress-annotations.ts does not list`),
    );

const parents = z.object({
  spec: z.object({
    parentRefs: z
      .array(z.object({ kind: z.string().default('Gateway'), name: z.string(), sectionName: z.string().optional() }))
      .default([]),
  }),
});
const gateway = z.object({ spec: z.object({ listeners: z.array(z.object({ name: z.string() })) }) });

/** The listener that a route attaches to exists. */
export const routeListeners: Policy = (objects) =>
  objects
    .filter(({ kind }) => kind === 'HTTPRoute')
    .flatMap((route) =>
      parents.parse(route).spec.parentRefs.flatMap(({ kind, name, sectionName }) => {
        const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
        if (!found) return [`${kindAndName(route)} attaches to ${kind}/${name}, which does not exist`];
        const listeners = gateway.parse(found).spec.listeners.map((each) => each.name);
        if (sectionName === undefined || listeners.includes(sectionName)) return [];
        return [`${kindAndName(route)} attaches to listener ${sectionName} of ${kind}/${name}, which only has ${listeners.join(', ')}`];
      }),
    );
