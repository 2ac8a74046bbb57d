/** The user agent of every health check of the product: probes, HEALTHCHECK of the image, smoke tests. */
export const healthCheckAgent = 'HealthCheck/1.0';

/** HEALTHCHECK of the image. */
export const imageHealthcheck = { intervalSeconds: 30, timeoutSeconds: 10, startPeriodSeconds: 5, retries: 3 } as const;
