/** Whose the namespaces of tests are. */
export const testOwner = { product: 'instagram-captions', environment: 'local' } as const;
