import type { Expression } from '../layer/expression.ts';
import type { Steps } from '../layer/steps.ts';
import { delivery } from './delivery.ts';

/** The tag by which `promote` finds the image of a commit. */
export const commitTag = 'sha-$GITHUB_SHA';

const words: Readonly<Record<(typeof delivery.tags)[number], string>> = {
  branch: 'tags+=("$ref")',
  'branch-commit': `tags+=("$ref-\${GITHUB_SHA::7}")`,
  latest: `if test "$GITHUB_REF" = refs/heads/${delivery.deployed}; then tags+=(latest); fi`,
};

/** Bash that fills the array `tags`; `ref` is the name of the branch or tag, as registries accept it. */
export const branchTags = [`tags=("${commitTag}")`, ...delivery.tags.map((tag) => words[tag])].join('\n');
/** `v1.2.3` and `1.2.3`. */
export const versionTags = `tags=("$ref" "\${ref#v}")`;

interface SignedImage {
  readonly name: Expression;
  readonly digest: Expression;
}

/** Tags an image in the registry; its digest stays the same. */
export const addTags = (steps: Steps<{ readonly packages: 'write' }>, { name, digest }: SignedImage, tags: string) =>
  steps.run<string>({
    name: 'Tag the signed image',
    env: { NAME: name, DIGEST: digest },
    run: `ref=\${GITHUB_REF_NAME//[^A-Za-z0-9_.-]/-}
${tags}
for tag in "\${tags[@]}"; do
  skopeo copy --all --preserve-digests "docker://$NAME@$DIGEST" "docker://$NAME:$tag"
done`,
  });
