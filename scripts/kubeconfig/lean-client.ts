import { registerHooks } from 'node:module';

/**
 * The configuration of the Kubernetes client imports two functions from an index of 700 generated models, which take 60 MB of memory.
 * This hook resolves them to a module without the models. Import it before the client. In the bundle it never matches.
 */
registerHooks({
  resolve(specifier, context, nextResolve) {
    const isConfiguration = context.parentURL?.endsWith('/@kubernetes/client-node/dist/config.js') === true;
    const isModels = isConfiguration && specifier === './gen/index.js';
    return nextResolve(isModels ? new URL('./client-runtime.ts', import.meta.url).href : specifier, context);
  },
});
