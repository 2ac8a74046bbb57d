import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { type ComponentName, components } from '../components/components.ts';
import type { Environment } from '../environments/environment.ts';
import { commonLabels } from './labels.ts';

/** Order of scheduling and eviction on a full node: stores before requests before batches. */
const priorities = {
  stores: { value: 3000, description: 'Stores that all other pods depend on' },
  serving: { value: 2000, description: 'Serves requests' },
  background: { value: 1000, description: 'Works on batches, news and backups' },
} as const;

const background: readonly ComponentName[] = ['worker', 'scraper', 'analytics', 'backup'];

function classOf(component: ComponentName): keyof typeof priorities | undefined {
  if (background.includes(component)) return 'background';
  const { kind } = components[component];
  return kind === 'workload' ? 'serving' : kind === 'store' ? 'stores' : undefined;
}

const nameOf = ({ names }: Environment, name: keyof typeof priorities) => `${names.prefix}-${name}`;

/** Priority class of a component's pods; the default is the cluster's. */
export function priorityClassOf(environment: Environment, component: ComponentName): { readonly priorityClassName?: string } {
  const name = classOf(component);
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
