import {
  type ASTVisitor,
  type FieldNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
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

function itemsOf({ arguments: list = [] }: FieldNode, usual: number): number {
  const size = list.find(({ name }) => sizes.includes(name.value));
  if (size === undefined) return usual;
  return size.value.kind === Kind.INT ? Math.max(1, Number(size.value.value)) : unknownSize;
}

/** What weighs the fragment of a name; 0 where there is none. */
type Fragments = (name: string, root: boolean) => Weight;

/**
 * Weighs each fragment once, however often it is spread: fragments of fragments grow without end. One that contains itself is
 * another rule's matter: it counts for nothing within itself.
 */
function fragmentsOf({ getFragment }: Pick<ValidationContext, 'getFragment'>): Fragments {
  const weights = new Map<string, Weight>();
  const fragments: Fragments = (name, root) => {
    const key = `${root} ${name}`;
    const known = weights.get(key);
    if (known !== undefined) return known;
    weights.set(key, none);
    const weight = weigh(getFragment(name)?.selectionSet, fragments, root);
    weights.set(key, weight);
    return weight;
  };
  return fragments;
}

/** Weighs a selection, its fragments in place. */
function weigh(set: SelectionSetNode | undefined, fragments: Fragments, root: boolean): Weight {
  const weightOf = (node: SelectionNode) => {
    if (node.kind === Kind.FIELD) return weighField(node, fragments, root);
    return node.kind === Kind.INLINE_FRAGMENT ? weigh(node.selectionSet, fragments, root) : fragments(node.name.value, root);
  };
  return (set?.selections ?? []).map(weightOf).reduce(beside, none);
}

function weighField(node: FieldNode, fragments: Fragments, root: boolean): Weight {
  const inner = weigh(node.selectionSet, fragments, false);
  const { cost = 1, items = 1 } = (root ? operationOf(node.name.value) : undefined) ?? {};
  return {
    depth: inner.depth + 1,
    aliases: inner.aliases + (node.alias === undefined ? 0 : 1),
    cost: cost + inner.cost * itemsOf(node, items),
  };
}

/** Introspection may be as deep as GraphiQL asks it: how often it enters lists is a rule of graphql-js's own. */
const isIntrospection = (node: OperationDefinitionNode) =>
  node.selectionSet.selections.every((selection) => selection.kind === Kind.FIELD && selection.name.value.startsWith('__'));

/** Validation rule: refuses what is deeper, wider or costlier than the contract's `graphqlLimits`. */
export function limitsRule(context: Pick<ValidationContext, 'getFragment' | 'reportError'>): ASTVisitor {
  const fragments = fragmentsOf({ getFragment: (name) => context.getFragment(name) });
  return {
    OperationDefinition(node) {
      const weight = weigh(node.selectionSet, fragments, true);
      for (const kind of ['depth', 'aliases', 'cost'] as const) {
        if (weight[kind] <= graphqlLimits[kind] || (kind === 'depth' && isIntrospection(node))) continue;
        const message = `The operation's ${kind} is ${weight[kind]}; at most ${graphqlLimits[kind]} is allowed.`;
        context.reportError(new GraphQLError(message, { nodes: node, extensions: { code: 'invalid_request' } }));
      }
    },
  };
}
