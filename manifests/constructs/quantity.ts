import { k8s } from 'cdk8s-plus-28';
import { parseQuantity } from '../kubernetes/quantity.ts';

/**
 * Value of a quantity: `250m` is 0.25, `1Gi` is 1073741824.
 * @throws if the text is not a quantity
 */
export function quantityValue(quantity: string): number {
  const amount = parseQuantity(quantity);
  if (amount === undefined) throw new Error(`${quantity} is not a quantity: write a number with a unit, such as 250m or 1Gi`);
  return amount;
}

/** Formats cores as millicores, rounded up. */
export const cpuQuantity = (amount: number) => k8s.Quantity.fromString(`${Math.ceil(amount * 1000)}m`);
/** Formats bytes as mebibytes, rounded up. */
export const memoryQuantity = (amount: number) => k8s.Quantity.fromString(`${Math.ceil(amount / 2 ** 20)}Mi`);

/** Converts resource amounts to the typed API's quantities. */
export const toQuantities = (amounts: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, k8s.Quantity.fromString(amount)]));
