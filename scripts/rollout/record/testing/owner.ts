import { product } from '../../../../contract/product.ts';
/** Whose the namespaces of tests are. */
export const testOwner = { product: product.name, environment: 'local' } as const;
