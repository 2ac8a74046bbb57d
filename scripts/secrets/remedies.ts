import type { Environment, SecretName } from '../../manifests/environments/environment.ts';

/** Commands that fix a finding. Values are read from the terminal, so they are in no command line and no shell history. */
interface Remedy {
  /** The Secret does not exist. */
  readonly absent: string;
  /** A key is missing or invalid. */
  readonly of: (name: SecretName) => string;
}

/** The commands depend on the source of the Secret. */
export function remediesOf({ secrets, names, namespace }: Environment): Remedy {
  const kubectl = `kubectl -n ${namespace}`;
  switch (secrets.kind) {
    case 'by-hand':
      return {
        absent: `${kubectl} create secret generic ${names.secrets}`,
        of: (name) =>
          `read -rs V && printf '{"data":{"${name}":"%s"}}' "$(printf %s "$V" | base64 | tr -d '\\n')" | ` +
          `${kubectl} patch secret ${names.secrets} --type=merge --patch-file=/dev/stdin`,
      };
    case 'external-secrets':
      return {
        absent: `see why: ${kubectl} describe externalsecret ${names.secrets}`,
        of: (name) =>
          `set the property ${name} of ${secrets.path} in the store of ClusterSecretStore ${secrets.store}, then: ` +
          `${kubectl} annotate externalsecret ${names.secrets} force-sync="$(date +%s)" --overwrite`,
      };
  }
}
