import { defaultFieldResolver, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { operationOf } from '../../contract/endpoints/graphql-operations.ts';
import { endpointOf } from '../../contract/endpoints/index.ts';
import { Problem } from '../http/problem.ts';
import type { GraphqlContext } from './builder/builder.ts';

/** Before each root field, checks the permission of its REST endpoint and counts a request of that endpoint. */
function addChecks(type: GraphQLObjectType | null | undefined): void {
  for (const [name, field] of Object.entries(type?.getFields() ?? {})) {
    const operation = operationOf(name);
    if (operation === undefined) throw new Error(`the GraphQL field ${name} is not among the contract's operations`);
    const { endpoint } = operation;
    const { permission } = endpointOf(endpoint);
    const resolve = field.resolve ?? defaultFieldResolver;
    field.resolve = async (root, args, context: GraphqlContext, info) => {
      if (permission !== 'public' && !context.caller.permissions.includes(permission)) {
        throw new Problem('forbidden', { detail: `This needs the permission ${permission}.` });
      }
      await context.countRequest(endpoint);
      return resolve(root, args, context, info);
    };
  }
}

/** Makes each root field of the schema check the caller's permission and rate limits. */
export function withPermissionChecks(schema: GraphQLSchema): GraphQLSchema {
  addChecks(schema.getQueryType());
  addChecks(schema.getMutationType());
  return schema;
}
