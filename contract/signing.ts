/** Issuer of GitHub's OIDC tokens: cosign and the Kubernetes API server verify the identity of workflows with it. */
export const githubIssuer = 'https://token.actions.githubusercontent.com';
