import { metadataKeys } from '../../contract/product.ts';
import type { ComponentName } from '../components/components.ts';
import type { Environment } from '../environments/environment.ts';

type Labels = Readonly<Record<string, string>>;

/** Labels of what belongs to no one component, such as the namespace. */
export function commonLabels({ names }: Environment): Labels {
  return { 'app.kubernetes.io/name': names.prefix };
}

/** Labels by which pods of a component are found; they never change, selectors are immutable. */
export function selectorLabels({ names }: Environment, component: ComponentName): Labels {
  return { [metadataKeys.partOf]: names.prefix, [metadataKeys.component]: component };
}

/** Labels of every object of a component. */
export function componentLabels(environment: Environment, component: ComponentName): Labels {
  return { ...commonLabels(environment), ...selectorLabels(environment, component) };
}
