/**
 * The kinds that the charts use beyond Kubernetes' own, from the operators' own Go modules. Prints the folders of their CRD files,
 * one a line; `go mod download` brings what is not there yet.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const modules: readonly (readonly [module: string, folder: string])[] = [
  ['sigs.k8s.io/gateway-api@v1.6.3', 'config/crd/standard'],
  ['github.com/cert-manager/cert-manager@v1.21.2', 'deploy/crds'],
  ['github.com/cloudnative-pg/cloudnative-pg@v1.30.0', 'config/crd/bases'],
  ['github.com/cloudnative-pg/plugin-barman-cloud@v0.15.0', 'config/crd/bases'],
  ['github.com/external-secrets/external-secrets@v1.3.2', 'config/crds/bases'],
  ['github.com/kedacore/keda/v2@v2.21.0', 'config/crd/bases'],
  ['github.com/traefik/traefik-helm-chart@v41.6.0+incompatible', 'traefik/crds'],
  ['github.com/prometheus-operator/prometheus-operator@v0.85.0', 'example/prometheus-operator-crd'],
];

/** @throws where Go is missing, or a module cannot be had */
export function crdFolders(): string[] {
  return modules.map(([module, folder]) => {
    const { Dir } = JSON.parse(execFileSync('go', ['mod', 'download', '-json', module], { encoding: 'utf8' }));
    return join(Dir, folder);
  });
}

if (import.meta.main) process.stdout.write(`${crdFolders().join('\n')}\n`);
