import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { ComponentName } from '../components/components.ts';
import type { Environment } from '../environments/environment.ts';
import { commonLabels } from './labels.ts';

/** Order of scheduling and eviction on a full node: stores before requests before batches. */
const priorities = {
  stores: { value: 3000, description: 'Stores that all other pods depend on' },
  serving: { value: 2000, description: 'Serves requests' },
  background: { value: 1000, description: 'Works on batches and backups' },
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

/** Priority class of a component's pods; the default is the cluster's. */
export function priorityClassOf(environment: Environment, component: ComponentName): { readonly priorityClassName?: string } {
  const name = classes[component];
  return name ? { priorityClassName: nameOf(environment, name) } : {};
}

/** The priority classes, which are cluster-scoped. They never preempt running pods. */
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
