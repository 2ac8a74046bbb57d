import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { ComponentName } from '../components/components.ts';
import type { Environment } from '../environments/environment.ts';
import { commonLabels } from './labels.ts';

/** Who goes first when a node is full: larger numbers stay. Batches wait rather than requests; stores go last. */
const priorities = {
  stores: { value: 3000, description: 'What everything else needs' },
  serving: { value: 2000, description: 'Answers somebody who waits' },
  background: { value: 1000, description: 'Works off what can wait' },
} as const;

const classes: Readonly<Partial<Record<ComponentName, keyof typeof priorities>>> = {
  postgres: 'stores',
  redis: 'stores',
  pooler: 'stores',
  api: 'serving',
  graphql: 'serving',
  migrate: 'serving',
  worker: 'background',
  backup: 'background',
};

const nameOf = ({ names }: Environment, name: keyof typeof priorities) => `${names.prefix}-${name}`;

/** Class of a component's pods; not set: the cluster's own default. */
export function priorityClassOf(environment: Environment, component: ComponentName): { readonly priorityClassName?: string } {
  const name = classes[component];
  return name ? { priorityClassName: nameOf(environment, name) } : {};
}

/** The classes themselves; they belong to the whole cluster. Nobody is thrown out to make room, it is an order of waiting and of eviction. */
export function addPriorityClasses(scope: Construct, environment: Environment): void {
  for (const [name, { value, description }] of Object.entries(priorities)) {
    new k8s.KubePriorityClass(scope, `priority-${name}`, {
      metadata: { name: `${environment.names.prefix}-${name}`, labels: commonLabels(environment) },
      value,
      description,
      globalDefault: false,
      preemptionPolicy: 'Never',
    });
  }
}
