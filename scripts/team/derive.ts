import type { Team, TeamFieldName } from '../../contract/team-fields.ts';

interface Derivation {
  readonly from: TeamFieldName;
  readonly value: (source: string) => string;
}

/** The value of a field that was not given, when the field that it depends on has changed. */
const derivations: Readonly<Partial<Record<TeamFieldName, Derivation>>> = {
  origins: { from: 'host', value: (host) => `https://${host}` },
  stagingHost: { from: 'host', value: (host) => `staging.${host}` },
  stagingOrigins: { from: 'stagingHost', value: (host) => `https://${host}` },
  audience: { from: 'host', value: (host) => `https://kubernetes.production.${host}` },
  stagingAudience: { from: 'host', value: (host) => `https://kubernetes.staging.${host}` },
  registry: { from: 'repository', value: (repository) => `ghcr.io/${repository.toLowerCase()}` },
};

/** @param chosen the values so far, of the fields before this one @returns the value that the field has unless another is given */
export function defaultOf(name: TeamFieldName, current: Team, chosen: Partial<Team>): string {
  const derivation = derivations[name];
  const source = derivation === undefined ? undefined : chosen[derivation.from];
  return derivation === undefined || source === undefined || source === current[derivation.from] ? current[name] : derivation.value(source);
}
