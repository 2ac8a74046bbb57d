import { metadataKeys } from '../../contract/product.ts';
import type { ComponentName } from '../components/components.ts';
import type { Environment } from '../environments/environment.ts';
import type { canaryComponent } from './canary.ts';

type Labels = Readonly<Record<string, string>>;
/** Value of the component label: pods of a canary have one of their own. */
export type LabelledComponent = ComponentName | typeof canaryComponent;

/** Labels of objects that belong to no single component, such as the namespace. */
export function commonLabels({ names }: Environment): Labels {
  return { 'app.kubernetes.io/name': names.prefix };
}

/** Labels by which selectors find a component's pods. They never change, because selectors are immutable. */
export function selectorLabels({ names }: Environment, component: LabelledComponent): Labels {
  return { [metadataKeys.partOf]: names.prefix, [metadataKeys.component]: component };
}

/** Labels by which the Prometheus operator selects a custom resource. */
export const monitorLabels = ({ monitoring }: Environment): Labels => (monitoring.kind === 'operator' ? (monitoring.labels ?? {}) : {});

/** Labels of all objects of a component. */
export function componentLabels(environment: Environment, component: LabelledComponent): Labels {
  return { ...commonLabels(environment), ...selectorLabels(environment, component) };
}
