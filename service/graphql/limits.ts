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

/** What a selection adds up to. */
interface Weight {
  readonly depth: number;
  readonly aliases: number;
  readonly cost: number;
  /** Occurrences of each response name at this level: validation compares every two fields of one name, with their selections. */
  readonly names: ReadonlyMap<string, number>;
}
const none: Weight = { depth: 0, aliases: 0, cost: 0, names: new Map() };

function sumWeights(weights: readonly Weight[]): Weight {
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

/** Cost of a selection set: its fields, and each repetition of a name. */
const totalCost = ({ cost, names }: Weight) =>
  names.values().reduce((sum, times) => sum + (times - 1) * graphqlLimits.repetitionCost, cost);

/** Arguments that limit the items of a list field. */
const sizeArguments = ['first', 'limit'];
/** Items of a list whose size is a variable: its value is not known yet. */
const variableSize = 100;

function itemsOf({ arguments: list = [] }: FieldNode, defaultItems: number): number {
  const size = list.find(({ name }) => sizeArguments.includes(name.value));
  if (size === undefined) return defaultItems;
  return size.value.kind === Kind.INT ? Math.max(1, Number(size.value.value)) : variableSize;
}

/** Whether the fields of a selection are operations, parts of their results, or parts of the introspected schema. */
type Level = 'root' | 'result' | 'schema';

/** Typical lengths of the lists in an introspected schema; `ofType` is null more often than not. */
const schemaItems: Readonly<Record<string, number>> = { types: 80, fields: 8, args: 2, inputFields: 2, directives: 6, ofType: 0.5 };
const describesSchema = (name: string) => name === '__schema' || name === '__type';

/** The weight of a fragment by its name; zero if it does not exist. */
type FragmentWeights = (name: string, level: Level) => Weight;

/**
 * Weighs each fragment once: nested spreads would take exponential time. A fragment that spreads itself has no weight there; a
 * validation rule rejects it.
 */
function createFragmentWeights(document: DocumentNode): FragmentWeights {
  const isFragment = (node: DocumentNode['definitions'][number]): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION;
  const byName = new Map(document.definitions.filter(isFragment).map((node) => [node.name.value, node]));
  const weights = new Map<string, Weight>();
  const fragments: FragmentWeights = (name, level) => {
    const key = `${level} ${name}`;
    const known = weights.get(key);
    if (known !== undefined) return known;
    weights.set(key, none);
    const weight = weigh(byName.get(name)?.selectionSet, fragments, level);
    weights.set(key, weight);
    return weight;
  };
  return fragments;
}

/** Weighs a selection, including the fragments that it spreads. */
function weigh(set: SelectionSetNode | undefined, fragments: FragmentWeights, level: Level): Weight {
  const weightOf = (node: SelectionNode) => {
    if (node.kind === Kind.FIELD) return weighField(node, fragments, level);
    return node.kind === Kind.INLINE_FRAGMENT ? weigh(node.selectionSet, fragments, level) : fragments(node.name.value, level);
  };
  return sumWeights((set?.selections ?? []).map(weightOf));
}

function weighField(node: FieldNode, fragments: FragmentWeights, level: Level): Weight {
  const name = node.name.value;
  const inner = weigh(node.selectionSet, fragments, describesSchema(name) || level === 'schema' ? 'schema' : 'result');
  return {
    depth: inner.depth + 1,
    aliases: inner.aliases + (node.alias === undefined ? 0 : 1),
    cost: fieldCost(node, totalCost(inner), level),
    names: new Map([[node.alias?.value ?? name, 1]]),
  };
}

function fieldCost(node: FieldNode, inner: number, level: Level): number {
  const name = node.name.value;
  if (level === 'schema') return 1 + inner * (schemaItems[name] ?? 1);
  if (describesSchema(name)) return Math.ceil(inner / graphqlLimits.schemaFieldsPerCost);
  const { cost = 1, items = 1 } = (level === 'root' ? operationOf(name) : undefined) ?? {};
  return cost + inner * itemsOf(node, items);
}

/** Introspection may exceed `depth`, as GraphiQL's query does: a rule of graphql-js limits its nesting. */
const isIntrospection = (node: OperationDefinitionNode) =>
  node.selectionSet.selections.every((selection) => selection.kind === Kind.FIELD && selection.name.value.startsWith('__'));

/**
 * Rejects a document with an operation beyond `graphqlLimits`. It runs before validation, whose time is quadratic in the fields of one
 * name.
 * @throws {GraphQLError} `invalid_request`
 */
export function checkLimits(document: DocumentNode): void {
  const fragments = createFragmentWeights(document);
  for (const node of document.definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION) continue;
    const total = weigh(node.selectionSet, fragments, 'root');
    const weight = { depth: total.depth, aliases: total.aliases, cost: Math.ceil(totalCost(total)) };
    for (const kind of ['depth', 'aliases', 'cost'] as const) {
      if (weight[kind] <= graphqlLimits[kind] || (kind === 'depth' && isIntrospection(node))) continue;
      const message = `The operation's ${kind} is ${weight[kind]}; at most ${graphqlLimits[kind]} is allowed.`;
      throw new GraphQLError(message, { nodes: node, extensions: { code: 'invalid_request' } });
    }
  }
}
