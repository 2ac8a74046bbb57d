import type { k8s } from 'cdk8s-plus-28';

/** `repositories`: images by digest. `pinned`: exact references. `operators`: repositories of which any version is allowed. */
export interface AllowedImages {
  readonly repositories: readonly string[];
  readonly pinned: readonly string[];
  readonly operators: readonly string[];
}

/** The repository of an image reference, without tag and digest. */
export const repositoryOf = (image: string): string => (image.split('@')[0] ?? '').replace(/:[^/:]*$/, '');

/** The pod spec of any kind. `dyn` is required because the expression is type-checked for each kind. */
const specIn = (object: string) =>
  `${object}.kind == 'Pod' ? dyn(${object}).spec : ` +
  `${object}.kind == 'CronJob' ? dyn(${object}).spec.jobTemplate.spec.template.spec : dyn(${object}).spec.template.spec`;

const listIn = (spec: string, field: string) => `(has(${spec}.${field}) ? ${spec}.${field} : [])`;

/** Images of all containers and image volumes; the empty reference for a container without an image. */
const imagesOf = (spec: string) =>
  `(${['containers', 'initContainers', 'ephemeralContainers'].map((field) => listIn(spec, field)).join(' + ')})` +
  `.map(c, has(c.image) ? string(c.image) : '')` +
  ` + ${listIn(spec, 'volumes')}.filter(v, has(v.image) && has(v.image.reference)).map(v, string(v.image.reference))`;

const literal = (text: string) => JSON.stringify(text);
const list = (texts: readonly string[]) => `[${texts.map(literal).join(', ')}]`;
const quoted = (text: string) => text.replaceAll(/[^\w/-]/g, (character) => `[${character}]`);

/** Variables and validation (CEL) of the admission policy. Images that an object already has stay allowed, so that it can still be updated. */
export function imageExpressions({
  repositories,
  pinned,
  operators,
}: AllowedImages): Pick<k8s.ValidatingAdmissionPolicySpecV1Beta1, 'variables' | 'validations'> {
  const byDigest = `^(${repositories.map(quoted).join('|')})@sha256:[0-9a-f]{64}$`;
  const isAllowed = [
    'i in variables.before',
    `i in ${list(pinned)}`,
    `i.matches(${literal(byDigest)})`,
    `${list(operators)}.exists(r, i.startsWith(r + ':') || i.startsWith(r + '@'))`,
  ].join(' || ');
  return {
    variables: [
      { name: 'spec', expression: specIn('object') },
      { name: 'images', expression: imagesOf('variables.spec') },
      { name: 'specBefore', expression: `request.operation == 'UPDATE' ? (${specIn('oldObject')}) : dyn({'containers': []})` },
      { name: 'before', expression: imagesOf('variables.specBefore') },
      { name: 'rejected', expression: `variables.images.filter(i, !(${isAllowed}))` },
    ],
    validations: [
      {
        expression: 'variables.rejected.size() == 0',
        messageExpression: `'image not allowed here: ' + variables.rejected.join(', ') + ' (by digest from ${repositories.join(', ')}, or pinned)'`,
        reason: 'Invalid',
      },
    ],
  };
}
