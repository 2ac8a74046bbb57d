/** Seconds between two looks (guide row OB-09): at the service, and at everything else. */
export const scrapeSeconds = { service: 5, others: 15 } as const;

/**
 * Labels of every series of the service, whoever scrapes: the prefix of all names, the component, the address of its pod. Alerts and
 * dashboards may tell by them.
 */
export type TargetLabel = 'job' | 'component' | 'instance';

/** The component of a pod, as service discovery tells it. */
export const componentMetaLabel = '__meta_kubernetes_pod_label_app_kubernetes_io_component';
