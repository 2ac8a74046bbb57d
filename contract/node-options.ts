/**
 * Options of Node for the service. Almost every object of a request is garbage at its end: a young generation as large as Node allows by
 * default takes about 30 MB more and saves no CPU time.
 */
export const nodeOptions: readonly string[] = ['--max-semi-space-size=16'];
