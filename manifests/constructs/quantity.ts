import { k8s } from 'cdk8s-plus-28';
import { parseQuantity } from '../kubernetes/quantity.ts';

/**
 * `250m` is 0.25, `1Gi` is 1073741824.
 * @throws for what is no quantity
 */
export function quantityValue(quantity: string): number {
  const amount = parseQuantity(quantity);
  if (amount === undefined) throw new Error(`${quantity} is not a quantity: write a number with a unit, such as 250m or 1Gi`);
  return amount;
}

/** Cores, in thousandths. */
export const cpuQuantity = (amount: number) => k8s.Quantity.fromString(`${Math.ceil(amount * 1000)}m`);
/** Bytes, in mebibytes. */
export const memoryQuantity = (amount: number) => k8s.Quantity.fromString(`${Math.ceil(amount / 2 ** 20)}Mi`);

/** Every amount of a list of resources, as the typed API takes it. */
export const toQuantities = (amounts: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, k8s.Quantity.fromString(amount)]));
