import type { ComponentName } from '../../service/contract/components.ts';
import { marks, product } from '../../service/contract/product.ts';

/** Labels by which pods of a component are found; they never change, selectors are immutable. */
export function selectorLabels(component: ComponentName): Record<string, string> {
  return { [marks.partOf]: product.name, [marks.component]: component };
}

/** Labels of every object of a component. */
export function labels(component: ComponentName): Record<string, string> {
  return { 'app.kubernetes.io/name': product.name, ...selectorLabels(component) };
}
