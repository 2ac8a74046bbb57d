import { ApiObject, App, type Chart, Yaml } from 'cdk8s';
import { type ChartName, chartNames } from './chart-names.ts';
import { DataChart, deploysStores } from './charts/data.ts';
import { EdgeChart } from './charts/edge.ts';
import { LoggingChart } from './charts/logging.ts';
import { MonitoringChart } from './charts/monitoring.ts';
import { ObservabilityChart } from './charts/observability.ts';
import { PlatformChart } from './charts/platform.ts';
import { createsSecret, SecretsChart } from './charts/secrets.ts';
import { ServiceChart } from './charts/service.ts';
import { withCanaryObjects } from './constructs/canary.ts';
import type { Environment } from './environments/environment.ts';
import { type DeploymentName, deployments } from './environments/index.ts';
import { validateEnvironment } from './environments/validate-environment.ts';
import type { KubernetesObject } from './kubernetes/object.ts';
import { checkPolicies } from './policies/index.ts';
import { InvalidManifestsError } from './policies/invalid-manifests.ts';

export interface SynthesizedChart {
  readonly chart: ChartName;
  /** Path below the output folder, such as `staging/service.yaml`. */
  readonly file: string;
  readonly objects: readonly KubernetesObject[];
}

export interface SynthOptions {
  /** Image of the service; a release gives it by digest. */
  readonly image?: string | undefined;
}

/**
 * All objects of an environment or a reference, validated. Deterministic: the same input gives the same objects in the same order.
 * @throws InvalidManifestsError with all violations, each with the construct's path or the object's kind and name
 */
export function synthesize(deployment: DeploymentName, { image }: SynthOptions = {}): readonly SynthesizedChart[] {
  return synthesizeEnvironment(deployments[deployment], image);
}

/** Like `synthesize`, for an environment that is not in the table, such as those of tests. */
export function synthesizeEnvironment(environment: Environment, image = environment.image): readonly SynthesizedChart[] {
  const violations = [...validateEnvironment(environment)];
  try {
    const charts = chartsOf(environment, image);
    if (violations.length === 0) return charts;
  } catch (error) {
    // Constructs throw a plain Error for invalid input. Other errors are bugs, or consequences of violations.
    if (error instanceof InvalidManifestsError) violations.push(...error.violations);
    else if (error instanceof Error && error.name === 'Error') violations.push(error.message);
    else if (violations.length === 0) throw error;
  }
  throw new InvalidManifestsError(violations);
}

function chartsOf(environment: Environment, image: string): readonly SynthesizedChart[] {
  const app = new App();
  const { monitoring, logs } = environment;
  const objects = new Map<ChartName, KubernetesObject[]>();
  const add = (name: ChartName, chart: Chart) => objects.set(name, chart.toJson());
  if (createsSecret(environment)) add('secrets', new SecretsChart(app, environment));
  if (deploysStores(environment)) add('data', new DataChart(app, environment, image));
  add('service', new ServiceChart(app, environment, image));
  add('edge', new EdgeChart(app, environment));
  if (monitoring.kind === 'operator') add('observability', new ObservabilityChart(app, environment, monitoring));
  // The deployer's permissions depend on the objects of the charts above, which releases apply.
  add('platform', new PlatformChart(app, environment, [...objects.values()].flat(), image));
  if (monitoring.kind === 'bundled') add('monitoring', new MonitoringChart(app, environment, monitoring));
  if (logs) add('logging', new LoggingChart(app, environment, logs));
  const charts = chartNames.flatMap((chart) => {
    const list = objects.get(chart);
    return list ? [{ chart, file: `${environment.name}/${chart}.yaml`, objects: list }] : [];
  });
  const all = charts.flatMap((chart) => chart.objects);
  checkPolicies(withCanaryObjects(all, environment), environment, constructPaths(app));
  return charts;
}

/** Construct path of each object, by `Kind/name`. */
const constructPaths = (app: App): ReadonlyMap<string, string> =>
  new Map(
    app.node
      .findAll()
      .filter((each) => ApiObject.isApiObject(each))
      .map(({ kind, name, node }) => [`${kind}/${name}`, node.path]),
  );

/** Content of a chart's file. */
export function render(chart: SynthesizedChart): string {
  return Yaml.stringify(...chart.objects);
}
