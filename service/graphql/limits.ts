import {
  type ASTVisitor,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';
import { graphqlLimits, operationOf } from '../contract/operations.ts';

/** How heavy a selection is. */
interface Weight {
  readonly depth: number;
  readonly aliases: number;
  readonly cost: number;
}
const none: Weight = { depth: 0, aliases: 0, cost: 0 };
const beside = (a: Weight, b: Weight): Weight => ({
  depth: Math.max(a.depth, b.depth),
  aliases: a.aliases + b.aliases,
  cost: a.cost + b.cost,
});

/** Names of the argument that says how many items a list field gives. */
const sizes = ['first', 'limit'];
/** Items of a list where the caller passes their number in a variable, which is not known yet. */
const unknownSize = 100;

function itemsOf({ arguments: list = [] }: FieldNode): number {
  const size = list.find(({ name }) => sizes.includes(name.value));
  if (size === undefined) return 1;
  return size.value.kind === Kind.INT ? Math.max(1, Number(size.value.value)) : unknownSize;
}

type Fragments = (name: string) => FragmentDefinitionNode | undefined;

/**
 * Weighs an operation, its fragments in place. A fragment that contains itself is another rule's matter: here it is not
 * entered twice.
 */
function weigh(set: SelectionSetNode | undefined, fragments: Fragments, root: boolean, entered: readonly string[]): Weight {
  let sum = none;
  for (const node of set?.selections ?? []) {
    if (node.kind === Kind.FIELD) sum = beside(sum, weighField(node, fragments, root, entered));
    else if (node.kind === Kind.INLINE_FRAGMENT) sum = beside(sum, weigh(node.selectionSet, fragments, root, entered));
    else if (!entered.includes(node.name.value)) {
      sum = beside(sum, weigh(fragments(node.name.value)?.selectionSet, fragments, root, [...entered, node.name.value]));
    }
    // A document this heavy is refused anyway; fragments within fragments can make it grow without end.
    if (sum.cost > graphqlLimits.cost * 10) return sum;
  }
  return sum;
}

function weighField(node: FieldNode, fragments: Fragments, root: boolean, entered: readonly string[]): Weight {
  const name = node.name.value;
  const inner = weigh(node.selectionSet, fragments, false, entered);
  const own = (root ? operationOf(name)?.cost : undefined) ?? 1;
  return {
    depth: inner.depth + 1,
    aliases: inner.aliases + (node.alias === undefined ? 0 : 1),
    cost: own + inner.cost * itemsOf(node),
  };
}

/** Introspection is as deep as GraphiQL asks it; it reads the schema alone. */
const isIntrospection = (node: OperationDefinitionNode) =>
  node.selectionSet.selections.every((selection) => selection.kind === Kind.FIELD && selection.name.value.startsWith('__'));

/** Validation rule: refuses what is deeper, wider or costlier than the contract's `graphqlLimits`. */
export function limitsRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(node) {
      if (isIntrospection(node)) return;
      const weight = weigh(node.selectionSet, (name) => context.getFragment(name) ?? undefined, true, []);
      for (const kind of ['depth', 'aliases', 'cost'] as const) {
        if (weight[kind] <= graphqlLimits[kind]) continue;
        const message = `The operation's ${kind} is ${weight[kind]}; at most ${graphqlLimits[kind]} is allowed.`;
        context.reportError(new GraphQLError(message, { nodes: node, extensions: { code: 'invalid_request' } }));
      }
    },
  };
}
