import type { Handlers } from '../cli/context.ts';

/** Each command is loaded when it is called: synth needs no Kubernetes client, deploy no workflow layer. */
export const handlers: Handlers = {
  synth: async (invocation, context) => (await import('./synth.ts')).synthCommand(invocation, context),
  diff: async (invocation, context) => (await import('./diff.ts')).diffCommand(invocation, context),
  deploy: async (invocation, context) => (await import('./deploy.ts')).deployCommand(invocation, context),
  status: async (invocation, context) => (await import('./status.ts')).statusCommand(invocation, context),
  verify: async (invocation, context) => (await import('./verify.ts')).verifyCommand(invocation, context),
  rollback: async (invocation, context) => (await import('./rollback.ts')).rollbackCommand(invocation, context),
  secrets: async (invocation, context) => (await import('./secrets.ts')).secretsCommand(invocation, context),
  workflows: async (invocation, context) => (await import('./workflows.ts')).workflowsCommand(invocation, context),
};
