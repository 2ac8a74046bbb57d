import { Yaml } from 'cdk8s';
import type { Environment } from '../environments/environment.ts';
import { componentMetaLabel } from '../prometheus/scrape.ts';
import { addressOf } from './prometheus.ts';

/** Loki in one process, which stores logs on its volume for `retentionDays`. */
export function lokiConfig({ ports }: Environment, folder: string, retentionDays: number): string {
  return Yaml.stringify({
    auth_enabled: false,
    server: { http_listen_port: ports.loki },
    common: {
      instance_addr: '127.0.0.1',
      path_prefix: folder,
      replication_factor: 1,
      ring: { kvstore: { store: 'inmemory' } },
      storage: { filesystem: { chunks_directory: `${folder}/chunks`, rules_directory: `${folder}/rules` } },
    },
    schema_config: {
      configs: [
        { from: '2024-01-01', store: 'tsdb', object_store: 'filesystem', schema: 'v13', index: { prefix: 'index_', period: '24h' } },
      ],
    },
    limits_config: { retention_period: `${retentionDays * 24}h` },
    compactor: { working_directory: `${folder}/compactor`, retention_enabled: true, delete_request_store: 'filesystem' },
    analytics: { reporting_enabled: false },
  });
}

/** Labels of log lines, and where service discovery provides them. */
const lineLabels = {
  namespace: '__meta_kubernetes_namespace',
  pod: '__meta_kubernetes_pod_name',
  container: '__meta_kubernetes_pod_container_name',
  component: componentMetaLabel,
} as const;

/** The label `level` comes from the line itself. */
const levelOf = `  stage.json {
    expressions = { level = "level" }
  }
  stage.labels {
    values = { level = "" }
  }`;

const writeTo = (environment: Environment) => `loki.write "loki" {
  endpoint {
    url = "http://${addressOf(environment, 'loki')}/loki/api/v1/push"
  }
}
`;

/**
 * Alloy (Promtail is end of life) reads the logs of the service's pods through the Kubernetes API, so no pod needs access to the node's files.
 */
export function alloyConfig(environment: Environment): string {
  const rules = Object.entries(lineLabels).map(
    ([label, source]) => `  rule {\n    source_labels = ["${source}"]\n    target_label  = "${label}"\n  }`,
  );
  return `discovery.kubernetes "pods" {
  role = "pod"
  namespaces {
    names = ["${environment.namespace}"]
  }
}

discovery.relabel "pods" {
  targets = discovery.kubernetes.pods.targets
${rules.join('\n')}
}

loki.source.kubernetes "pods" {
  targets    = discovery.relabel.pods.output
  forward_to = [loki.process.lines.receiver]
}

loki.process "lines" {
${levelOf}
  forward_to = [loki.write.loki.receiver]
}

${writeTo(environment)}`;
}

/** The folder of Docker's log files, on the host and in the container of Alloy. */
export const dockerLogs = '/var/lib/docker/containers';
/** Labels of Loki → those of a container, which Docker writes into its log lines, so that a line says where it is from. */
export const dockerLabels = { project: 'com.docker.compose.project', component: 'com.docker.compose.service' } as const;
const entries = (text: (entry: readonly [label: string, source: string]) => string) => Object.entries(dockerLabels).map(text).join(', ');

/**
 * Alloy reads the files that Docker's driver json-file writes, not Docker's API: with the socket, even if it is mounted read-only, it could
 * start containers as root. Lines without these labels, such as those of containers that Compose did not start, are left out.
 */
export const dockerAlloyConfig = (environment: Environment): string => `local.file_match "containers" {
  path_targets = [{ __path__ = "${dockerLogs}/*/*-json.log" }]
}

loki.source.file "containers" {
  targets    = local.file_match.containers.targets
  forward_to = [loki.process.lines.receiver]
}

loki.process "lines" {
  stage.json {
    expressions = { ${entries(([label, source]) => `${label} = "attrs.\\"${source}\\""`)} }
  }
  stage.labels {
    values = { ${entries(([label]) => `${label} = ""`)} }
  }
  stage.match {
    selector = "{component=\\"\\"}"
    action   = "drop"
  }
  stage.docker { }
${levelOf}
  stage.label_drop {
    values = ["filename"]
  }
  forward_to = [loki.write.loki.receiver]
}

${writeTo(environment)}`;
