import { endpointOf } from '../../contract/endpoints/index.ts';
import { Failure } from '../cli/failure.ts';
import { at, listAt, numberAt, parseJson, textAt } from '../values/json.ts';
import { atConstantRate } from './arrivals.ts';
import { type Judgement, judgeLoad } from './judge.ts';
import { assertWithinLimits, limitsIn } from './limits.ts';
import { createMeasurement, errorIn, type Measurement } from './measure.ts';
import { perSecondOf, repeatedCaption, repeatedCaptions, type Scenario, scenarios } from './scenarios.ts';
import { type ReadMetrics, startScraping } from './scrape-service.ts';
import type { Reply, Send } from './send.ts';
import { serviceFigures } from './service-figures.ts';

export interface LoadPlan {
  /** Arrivals per second of all scenarios. */
  readonly rate: number;
  readonly seconds: number;
  /** Whether scenarios that call a text model run, even if the model may cost money. */
  readonly paid: boolean;
}
export interface LoadResult {
  readonly measurements: readonly Measurement[];
  readonly judgements: readonly Judgement[];
  /** Scenarios that were left out or are not judged, and why. */
  readonly notes: readonly string[];
}

/** @throws {Failure} if the service does not answer as expected: nothing could be measured */
function assertSuccess({ name, endpoint }: Pick<Scenario, 'name' | 'endpoint'>, reply: Reply): void {
  const error = errorIn(endpoint, reply);
  if (error === undefined) return;
  const { method, path } = endpointOf(endpoint);
  const detail = textAt(parseJson(reply.text), 'detail');
  throw new Failure(
    'different',
    `${method} ${path} (${name}) returns ${error}${detail === undefined ? '' : `: ${detail}`}`,
    remedyOf(reply.status),
  );
}

function remedyOf(status: number): string {
  if ([401, 403].includes(status)) return 'set LEYENDA_API_KEY to an API key of the role Developer or Admin';
  if (status < 400) return 'give the URL of the service itself, not of a redirect, and use the version of leyenda that it has';
  return 'correct it before a run, which would measure nothing but this';
}

/** `charge`: a text model has a price, or its price is not known. `areOffline`: no answer takes the time of a text model. */
async function readModels(send: Send) {
  const reply = await send('models');
  assertSuccess({ name: 'the models', endpoint: 'models' }, reply);
  const models = listAt(parseJson(reply.text), 'items');
  const price = (model: unknown, kind: 'input' | 'output') => numberAt(model, 'price_per_million', kind) ?? 0;
  return {
    charge: models.some((model) => at(model, 'price_known') !== true || price(model, 'input') + price(model, 'output') > 0),
    areOffline: models.every((model) => at(model, 'fallback_only') === true),
  };
}

/** The scenarios to run, and notes on the others. */
async function chooseScenarios(send: Send, paid: boolean) {
  const { charge, areOffline } = await readModels(send);
  const calling = scenarios.filter(({ callsModel }) => callsModel);
  const names = calling.map(({ name }) => name).join('; ');
  if (charge && !paid) {
    const notes = [
      `left out, because a text model charges for them, or has no price in TEXT_MODELS (0: it is free): ${names}. --paid includes them`,
    ];
    return { chosen: scenarios.filter((scenario) => !calling.includes(scenario)), notes, areOffline };
  }
  if (areOffline) return { chosen: scenarios, notes: [], areOffline };
  const chosen = scenarios.map((scenario) => (scenario.callsModel ? { ...scenario, objective: undefined } : scenario));
  return { chosen, notes: [`latencies not judged, because they are those of a text model: ${names}`], areOffline };
}

/** Sends each scenario once, which also writes the captions that the run repeats. */
async function firstReplies(chosen: readonly Scenario[], send: Send, fresh: boolean) {
  for (let index = 0; index < repeatedCaptions; index += 1)
    assertSuccess({ name: 'captions', endpoint: 'generate' }, await send('generate', repeatedCaption(index)));
  const limits = new Map<Scenario, ReturnType<typeof limitsIn>>();
  for (const scenario of chosen) {
    const reply = await send(scenario.endpoint, scenario.body?.(0, fresh));
    assertSuccess(scenario, reply);
    limits.set(scenario, limitsIn(reply));
  }
  return limits;
}

/**
 * Loads the service at a constant rate and judges the objectives.
 * @throws {Failure} if a rate limit is the bottleneck, or a first request fails
 */
export async function runLoad(
  send: Send,
  read: ReadMetrics,
  plan: LoadPlan,
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<LoadResult> {
  // A batch calls no text model but the offline one: its latency is that of the worker.
  const { chosen, notes, areOffline: fresh } = await chooseScenarios(send, plan.paid);
  assertWithinLimits(await firstReplies(chosen, send, fresh), { ...plan, scenarios: chosen });
  const stopped = new AbortController();
  let failure: Error | undefined;
  const onLimit = (limit: Error) => {
    failure ??= limit;
    stopped.abort();
  };
  const scraping = await startScraping(read, signal);
  report(`sending ${plan.rate} requests per second for ${plan.seconds} s`);
  const all = chosen.map((scenario) => createMeasurement(scenario, send, fresh, onLimit));
  await Promise.all(
    all.map(({ measurement: { scenario }, arrive }, index) => {
      const perSecond = perSecondOf(scenario, plan.rate);
      const until = AbortSignal.any([signal, stopped.signal]);
      return atConstantRate({ perSecond, seconds: plan.seconds, phase: index / all.length, signal: until }, arrive);
    }),
  );
  // Before the wait for late responses, which would dilute the CPU.
  const processes = await scraping.stop();
  await Promise.all(all.map(({ ended }) => ended()));
  if (failure !== undefined) throw failure;
  signal.throwIfAborted();
  const measurements = all.map(({ measurement }) => measurement);
  return { measurements, notes, judgements: judgeLoad(measurements, serviceFigures(processes), plan) };
}
