/** GitHub's OIDC provider: it vouches for workflows, to whoever checks a signature and to the API server that a job signs in to. */
export const githubIssuer = 'https://token.actions.githubusercontent.com';
