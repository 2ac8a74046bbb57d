/** What the configuration of the Kubernetes client needs of its generated part (lean-client.ts). */
export { createConfiguration } from '@kubernetes/client-node/dist/gen/configuration.js';
export { ServerConfiguration } from '@kubernetes/client-node/dist/gen/servers.js';
