import type { RestEndpointMethodTypes } from '@octokit/rest';
import { ci } from './workflows/ci.ts';
import { codeql } from './workflows/codeql.ts';
import { delivery } from './workflows/delivery.ts';

type Ruleset = Omit<RestEndpointMethodTypes['repos']['createRepoRuleset']['parameters'], 'owner' | 'repo'>;

/** The app that reports the results of jobs: a status of the same name from elsewhere does not count. */
const gitHubActions = 15_368;
/** The role of administrators in GitHub's API. */
const administrators = { actor_type: 'RepositoryRole', actor_id: 5, bypass_mode: 'always' } as const;

/** A branch that is released: reviewed pull requests only, which passed both gates. */
const reviewedBranch: Ruleset = {
  name: `Reviewed ${delivery.deployed}`,
  target: 'branch',
  enforcement: 'active',
  bypass_actors: [],
  conditions: { ref_name: { include: [`refs/heads/${delivery.deployed}`], exclude: [] } },
  rules: [
    { type: 'deletion' },
    { type: 'non_fast_forward' },
    {
      type: 'pull_request',
      parameters: {
        required_approving_review_count: 1,
        dismiss_stale_reviews_on_push: true,
        require_last_push_approval: true,
        require_code_owner_review: true,
        required_review_thread_resolution: true,
      },
    },
    {
      type: 'required_status_checks',
      parameters: {
        strict_required_status_checks_policy: true,
        required_status_checks: [ci, codeql].map(({ jobs }) => ({ context: nameOfGate(jobs), integration_id: gitHubActions })),
      },
    },
  ],
};

/** A version tag deploys, and its commit chooses the workflow that does: only administrators create, move or delete one. */
const versionTags: Ruleset = {
  name: 'Version tags',
  target: 'tag',
  enforcement: 'active',
  bypass_actors: [administrators],
  conditions: { ref_name: { include: ['refs/tags/v*'], exclude: [] } },
  rules: [{ type: 'creation' }, { type: 'update' }, { type: 'deletion' }],
};

function nameOfGate(jobs: typeof ci.jobs): string {
  const gate = jobs.find(({ id }) => id === 'gate');
  if (typeof gate?.rendered.name !== 'string') throw new Error('unreachable: the workflow has a gate');
  return gate.rendered.name;
}

const json = (ruleset: Ruleset) => () => `${JSON.stringify(ruleset, null, 2)}\n`;

/** Files that GitHub imports as rulesets: path from the root → text. */
export const rulesetDocuments: Readonly<Record<string, () => string>> = {
  '.github/rulesets/main.json': json(reviewedBranch),
  '.github/rulesets/version-tags.json': json(versionTags),
};
