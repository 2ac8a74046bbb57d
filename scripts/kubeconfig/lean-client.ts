import { registerHooks } from 'node:module';

/**
 * The configuration of the Kubernetes client imports two functions from an index of 700 generated models, which take 60 MB of memory.
 * It gets them from a module without the models instead. Import this before anything that imports the client.
 * In the bundle the hook never matches.
 */
registerHooks({
  resolve(specifier, context, nextResolve) {
    const isConfiguration = context.parentURL?.endsWith('/@kubernetes/client-node/dist/config.js') === true;
    const isModels = isConfiguration && specifier === './gen/index.js';
    return nextResolve(isModels ? new URL('./client-runtime.ts', import.meta.url).href : specifier, context);
  },
});
