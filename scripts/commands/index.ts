import type { Handlers } from '../cli/context.ts';

/** Each command is loaded when it is called: synth needs no Kubernetes client, deploy no workflow layer. */
export const handlers: Handlers = {
  synth: async (invocation, context) => (await import('./synth.ts')).synthCommand(invocation, context),
  diff: async (invocation, context) => (await import('./diff.ts')).diffCommand(invocation, context),
  deploy: async (invocation, context) => (await import('./deploy.ts')).deployCommand(invocation, context),
  status: async (invocation, context) => (await import('./status.ts')).statusCommand(invocation, context),
  history: async (invocation, context) => (await import('./history.ts')).historyCommand(invocation, context),
  drift: async (invocation, context) => (await import('./drift.ts')).driftCommand(invocation, context),
  gc: async (invocation, context) => (await import('./gc.ts')).gcCommand(invocation, context),
  verify: async (invocation, context) => (await import('./verify.ts')).verifyCommand(invocation, context),
  rollback: async (invocation, context) => (await import('./rollback.ts')).rollbackCommand(invocation, context),
  'verify-image': async (invocation, context) => (await import('./verify-image.ts')).verifyImageCommand(invocation, context),
  secrets: async (invocation, context) => (await import('./secrets.ts')).secretsCommand(invocation, context),
  compose: async (invocation, context) => (await import('./compose.ts')).composeCommand(invocation, context),
  validate: async (invocation, context) => (await import('./validate.ts')).validateCommand(invocation, context),
  admin: async (invocation, context) => (await import('./admin.ts')).adminCommand(invocation, context),
  completion: async (invocation, context) => (await import('./completion.ts')).completionCommand(invocation, context),
  workflows: async (invocation, context) => (await import('./workflows.ts')).workflowsCommand(invocation, context),
};
