import type { Environment, SecretName } from '../../manifests/environments/environment.ts';

/** What to do, word for word; a value is read from the terminal, so that it is in no command line and no history. */
interface Remedy {
  /** The Secret is not there at all. */
  readonly absent: string;
  /** One of its keys is missing or wrong. */
  readonly of: (name: SecretName) => string;
}

/** By where the Secret comes from. */
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
