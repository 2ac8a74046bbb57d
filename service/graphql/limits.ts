import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { graphqlLimits, operationOf } from '../../contract/endpoints/graphql-operations.ts';

/** How heavy a selection is. */
interface Weight {
  readonly depth: number;
  readonly aliases: number;
  readonly cost: number;
  /** How often each name occurs in the answer at this level; two fields of one name are compared with all that is in them. */
  readonly names: ReadonlyMap<string, number>;
}
const none: Weight = { depth: 0, aliases: 0, cost: 0, names: new Map() };

function together(weights: readonly Weight[]): Weight {
  const names = new Map<string, number>();
  for (const weight of weights) for (const [name, times] of weight.names) names.set(name, (names.get(name) ?? 0) + times);
  const sum = (of: (weight: Weight) => number) => weights.reduce((total, weight) => total + of(weight), 0);
  return {
    depth: weights.reduce((deepest, { depth }) => Math.max(deepest, depth), 0),
    aliases: sum(({ aliases }) => aliases),
    cost: sum(({ cost }) => cost),
    names,
  };
}

/** What a whole selection set costs: its fields, and each repetition of a name in it. */
const wholeCost = ({ cost, names }: Weight) =>
  names.values().reduce((sum, times) => sum + (times - 1) * graphqlLimits.repetitionCost, cost);

/** Names of the argument that says how many items a list field gives. */
const sizes = ['first', 'limit'];
/** Items of a list where the caller passes their number in a variable, which is not known yet. */
const unknownSize = 100;

function itemsOf({ arguments: list = [] }: FieldNode, usual: number): number {
  const size = list.find(({ name }) => sizes.includes(name.value));
  if (size === undefined) return usual;
  return size.value.kind === Kind.INT ? Math.max(1, Number(size.value.value)) : unknownSize;
}

/** The kind of a selection: its fields are operations, parts of their results, or parts of the schema's description. */
type Place = 'root' | 'result' | 'schema';

/** About how many items the lists of the schema's description have; of what a type wraps, most is null. */
const schemaItems: Readonly<Record<string, number>> = { types: 80, fields: 8, args: 2, inputFields: 2, directives: 6, ofType: 0.5 };
const describesSchema = (name: string) => name === '__schema' || name === '__type';

/** What weighs the fragment of a name; nothing where there is none. */
type Fragments = (name: string, place: Place) => Weight;

/**
 * Weighs each fragment once, however often it is spread: fragments of fragments grow without end. One that contains itself is
 * another rule's matter: it counts for nothing within itself.
 */
function fragmentsOf(document: DocumentNode): Fragments {
  const isFragment = (node: DocumentNode['definitions'][number]): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION;
  const byName = new Map(document.definitions.filter(isFragment).map((node) => [node.name.value, node]));
  const weights = new Map<string, Weight>();
  const fragments: Fragments = (name, place) => {
    const key = `${place} ${name}`;
    const known = weights.get(key);
    if (known !== undefined) return known;
    weights.set(key, none);
    const weight = weigh(byName.get(name)?.selectionSet, fragments, place);
    weights.set(key, weight);
    return weight;
  };
  return fragments;
}

/** Weighs a selection, its fragments in place. */
function weigh(set: SelectionSetNode | undefined, fragments: Fragments, place: Place): Weight {
  const weightOf = (node: SelectionNode) => {
    if (node.kind === Kind.FIELD) return weighField(node, fragments, place);
    return node.kind === Kind.INLINE_FRAGMENT ? weigh(node.selectionSet, fragments, place) : fragments(node.name.value, place);
  };
  return together((set?.selections ?? []).map(weightOf));
}

function weighField(node: FieldNode, fragments: Fragments, place: Place): Weight {
  const name = node.name.value;
  const inner = weigh(node.selectionSet, fragments, describesSchema(name) || place === 'schema' ? 'schema' : 'result');
  return {
    depth: inner.depth + 1,
    aliases: inner.aliases + (node.alias === undefined ? 0 : 1),
    cost: fieldCost(node, wholeCost(inner), place),
    names: new Map([[node.alias?.value ?? name, 1]]),
  };
}

function fieldCost(node: FieldNode, inner: number, place: Place): number {
  const name = node.name.value;
  if (place === 'schema') return 1 + inner * (schemaItems[name] ?? 1);
  if (describesSchema(name)) return Math.ceil(inner / graphqlLimits.schemaFieldsPerCost);
  const { cost = 1, items = 1 } = (place === 'root' ? operationOf(name) : undefined) ?? {};
  return cost + inner * itemsOf(node, items);
}

/** Introspection may be as deep as GraphiQL asks it: how often it enters lists is a rule of graphql-js's own. */
const isIntrospection = (node: OperationDefinitionNode) =>
  node.selectionSet.selections.every((selection) => selection.kind === Kind.FIELD && selection.name.value.startsWith('__'));

/**
 * Refuses a document of which an operation is deeper, wider or costlier than the contract's `graphqlLimits`. Before validation, which
 * compares every two fields of a name.
 * @throws {GraphQLError} `invalid_request`
 */
export function checkLimits(document: DocumentNode): void {
  const fragments = fragmentsOf(document);
  for (const node of document.definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION) continue;
    const whole = weigh(node.selectionSet, fragments, 'root');
    const weight = { depth: whole.depth, aliases: whole.aliases, cost: Math.ceil(wholeCost(whole)) };
    for (const kind of ['depth', 'aliases', 'cost'] as const) {
      if (weight[kind] <= graphqlLimits[kind] || (kind === 'depth' && isIntrospection(node))) continue;
      const message = `The operation's ${kind} is ${weight[kind]}; at most ${graphqlLimits[kind]} is allowed.`;
      throw new GraphQLError(message, { nodes: node, extensions: { code: 'invalid_request' } });
    }
  }
}
