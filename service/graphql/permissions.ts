import { defaultFieldResolver, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { operationOf } from '../../contract/endpoints/graphql-operations.ts';
import { endpointOf } from '../../contract/endpoints/index.ts';
import { Problem } from '../http/problem.ts';
import type { GraphqlContext } from './builder/builder.ts';

/** Before each root field: asks for the permission of the endpoint that it stands for (guide row AUTH-15), and counts it as such a request. */
function guardFields(type: GraphQLObjectType | null | undefined): void {
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

/** The same schema, in which no root field runs without its permission, or beyond the caller's limits. */
export function withPermissionChecks(schema: GraphQLSchema): GraphQLSchema {
  guardFields(schema.getQueryType());
  guardFields(schema.getMutationType());
  return schema;
}
