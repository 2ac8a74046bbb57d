import * as z from 'zod';

export type LabelSet = Readonly<Record<string, string>>;

/** A label selector; a field that it does not know is refused rather than overlooked. */
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

/** Whether every requirement holds; an empty selector chooses everything. */
export function selectorMatches({ matchLabels, matchExpressions }: LabelSelector, labels: LabelSet): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) && matchExpressions.every((each) => holds(each, labels))
  );
}

function holds(requirement: Requirement, labels: LabelSet): boolean {
  const value = labels[requirement.key];
  switch (requirement.operator) {
    case 'In':
      return value !== undefined && requirement.values.includes(value);
    case 'NotIn':
      // An absent label is in no list.
      return value === undefined || !requirement.values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}
