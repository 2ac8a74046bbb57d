/** Scrape intervals in seconds. */
export const scrapeSeconds = { service: 5, others: 15 } as const;

/**
 * Labels of all series of the service, with the bundled Prometheus and the operator's: product prefix, component, and address of the pod.
 * `namespace`: with the operator's only, which may scrape several environments.
 */
export type TargetLabel = 'job' | 'component' | 'instance' | 'namespace';

/** Service discovery's meta label with a pod's component. */
export const componentMetaLabel = '__meta_kubernetes_pod_label_app_kubernetes_io_component';
