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
 * Every object of an environment or a reference, checked. Pure: the same input gives the same objects in the same order.
 * @throws with the construct's path or the object's kind and name when a rule does not hold
 */
export function synthesize(deployment: DeploymentName, { image }: SynthOptions = {}): readonly SynthesizedChart[] {
  return synthesizeEnvironment(deployments[deployment], image);
}

/** As `synthesize`, for an environment that is not in the table: tests make mistakes with it. */
export function synthesizeEnvironment(environment: Environment, image = environment.image): readonly SynthesizedChart[] {
  const mistakes = [...validateEnvironment(environment)];
  try {
    const charts = chartsOf(environment, image);
    if (mistakes.length === 0) return charts;
  } catch (error) {
    // A construct that refuses its input throws a plain Error; any other is a fault of the program, or follows from the mistakes.
    if (error instanceof InvalidManifestsError) mistakes.push(...error.violations);
    else if (error instanceof Error && error.name === 'Error') mistakes.push(error.message);
    else if (mistakes.length === 0) throw error;
  }
  throw new InvalidManifestsError(mistakes);
}

function chartsOf(environment: Environment, image: string): readonly SynthesizedChart[] {
  const app = new App();
  const { monitoring, logs } = environment;
  const deployed: [ChartName, Chart][] = [
    ...(createsSecret(environment) ? ([['secrets', new SecretsChart(app, environment)]] satisfies [ChartName, Chart][]) : []),
    ...(deploysStores(environment) ? ([['data', new DataChart(app, environment)]] satisfies [ChartName, Chart][]) : []),
    ['service', new ServiceChart(app, environment, image)],
    ['edge', new EdgeChart(app, environment)],
    ...(monitoring.kind === 'operator'
      ? ([['observability', new ObservabilityChart(app, environment, monitoring)]] satisfies [ChartName, Chart][])
      : []),
  ];
  const objects = new Map(deployed.map(([name, chart]) => [name, objectsOf(chart)]));
  objects.set('platform', objectsOf(new PlatformChart(app, environment, [...objects.values()].flat(), image)));
  if (monitoring.kind === 'bundled') objects.set('monitoring', objectsOf(new MonitoringChart(app, environment, monitoring)));
  if (logs) objects.set('logging', objectsOf(new LoggingChart(app, environment, logs)));
  const charts = chartNames.flatMap((chart) => {
    const list = objects.get(chart);
    return list ? [{ chart, file: `${environment.name}/${chart}.yaml`, objects: list }] : [];
  });
  checkPolicies(
    withCanaryObjects(
      charts.flatMap((chart) => chart.objects),
      environment,
    ),
    environment,
    constructPaths(app),
  );
  return charts;
}

/** `Kind/name` of every object → the path of the construct that made it. */
const constructPaths = (app: App): ReadonlyMap<string, string> =>
  new Map(
    app.node
      .findAll()
      .filter((each) => ApiObject.isApiObject(each))
      .map(({ kind, name, node }) => [`${kind}/${name}`, node.path]),
  );

const objectsOf = (chart: Chart): KubernetesObject[] => chart.toJson();

/** The file of a chart, byte for byte. */
export function render(chart: SynthesizedChart): string {
  return Yaml.stringify(...chart.objects);
}
