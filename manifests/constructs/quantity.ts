import { k8s } from 'cdk8s-plus-28';

/** Bytes and cores of a unit, as Kubernetes writes it. */
const units: Readonly<Record<string, number>> = { m: 0.001, '': 1, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };

/**
 * `250m` is 0.25, `1Gi` is 1073741824.
 * @throws for a unit that it does not know
 */
export function amountOf(quantity: string): number {
  const { number = '', unit = '' } = /^(?<number>\d+)(?<unit>[a-zA-Z]*)$/.exec(quantity)?.groups ?? {};
  const factor = units[unit];
  if (number === '' || factor === undefined) throw new Error(`${quantity} is not a whole number with a unit, such as 250m or 1Gi`);
  return Number(number) * factor;
}

/** Cores, in thousandths. */
export const cores = (amount: number) => k8s.Quantity.fromString(`${Math.ceil(amount * 1000)}m`);
/** Bytes, in mebibytes. */
export const bytes = (amount: number) => k8s.Quantity.fromString(`${Math.ceil(amount / 2 ** 20)}Mi`);

/** Every amount of a list of resources, as the typed API takes it. */
export const quantities = (amounts: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, k8s.Quantity.fromString(amount)]));
