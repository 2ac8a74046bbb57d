export const schemes = ['http:', 'https:'];
export const redirectStatuses: readonly number[] = [301, 302, 303, 307, 308];
/** The resource has the new URL from now on. */
export const isPermanent = (status: number): boolean => status === 301 || status === 308;
