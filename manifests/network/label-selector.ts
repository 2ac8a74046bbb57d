import * as z from 'zod';

export type LabelSet = Readonly<Record<string, string>>;

/** A label selector. Unknown fields are errors, so that none is silently ignored. */
export const labelSelector = z.strictObject({
  matchLabels: z.record(z.string(), z.string()).default({}),
  matchExpressions: z
    .array(
      z.discriminatedUnion('operator', [
        z.strictObject({ key: z.string(), operator: z.enum(['In', 'NotIn']), values: z.array(z.string()).min(1) }),
        z.strictObject({ key: z.string(), operator: z.enum(['Exists', 'DoesNotExist']) }),
      ]),
    )
    .default([]),
});
export type LabelSelector = z.output<typeof labelSelector>;
type Requirement = LabelSelector['matchExpressions'][number];

/** Whether every requirement matches; an empty selector matches everything. */
export function selectorMatches({ matchLabels, matchExpressions }: LabelSelector, labels: LabelSet): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every((each) => requirementMatches(each, labels))
  );
}

function requirementMatches(requirement: Requirement, labels: LabelSet): boolean {
  const value = labels[requirement.key];
  switch (requirement.operator) {
    case 'In':
      return value !== undefined && requirement.values.includes(value);
    case 'NotIn':
      // Also matches if the label is absent.
      return value === undefined || !requirement.values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}
