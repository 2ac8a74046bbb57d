import { endpointOf } from '../../contract/endpoints/index.ts';
import { Failure } from '../cli/failure.ts';
import { listAt, numberAt, parseJson, textAt } from '../values/json.ts';
import { atConstantRate } from './arrivals.ts';
import { type Judgement, judgeLoad } from './judge.ts';
import { assertWithinLimits, limitsIn } from './limits.ts';
import { createMeasurement, type Measurement } from './measure.ts';
import { perSecondOf, repeatedCaption, repeatedCaptions, type Scenario, scenarios } from './scenarios.ts';
import { type ReadMetrics, startScraping } from './scrape-service.ts';
import type { Reply, Send } from './send.ts';
import { serviceFigures } from './service-figures.ts';

export interface LoadPlan {
  /** Arrivals per second of all scenarios. */
  readonly rate: number;
  readonly seconds: number;
  /** Whether scenarios that call a text model run, if the model costs money. */
  readonly paid: boolean;
}
export interface LoadResult {
  readonly measurements: readonly Measurement[];
  readonly judgements: readonly Judgement[];
  /** Scenarios that were left out, and why. */
  readonly notes: readonly string[];
}

/** @throws {Failure} if the service does not answer as expected: nothing could be measured */
function assertSuccess(scenario: Pick<Scenario, 'name' | 'endpoint'>, { status, text }: Reply): void {
  if (status < 400) return;
  const { method, path } = endpointOf(scenario.endpoint);
  const detail = textAt(parseJson(text), 'detail') ?? '';
  const remedy = [401, 403].includes(status)
    ? 'set LEYENDA_API_KEY to an API key of the role Developer or Admin'
    : 'correct it before a run, which would measure nothing but this';
  throw new Failure('different', `${method} ${path} (${scenario.name}) returns ${status} ${detail}`, remedy);
}

/** Whether a text model charges for requests. */
async function isPaid(send: Send): Promise<boolean> {
  const reply = await send('models');
  assertSuccess({ name: 'the models', endpoint: 'models' }, reply);
  const price = (model: unknown, kind: 'input' | 'output') => numberAt(model, 'price_per_million', kind) ?? 0;
  return listAt(parseJson(reply.text), 'items').some((model) => price(model, 'input') + price(model, 'output') > 0);
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
  const fresh = plan.paid || !(await isPaid(send));
  const chosen = scenarios.filter(({ callsModel }) => fresh || callsModel === undefined);
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
  await Promise.all(all.map(({ ended }) => ended()));
  const processes = await scraping.stop();
  if (failure !== undefined) throw failure;
  signal.throwIfAborted();
  const measurements = all.map(({ measurement }) => measurement);
  const left = scenarios.filter((scenario) => !chosen.includes(scenario)).map(({ name }) => name);
  const notes = left.length === 0 ? [] : [`left out, because a text model charges for them: ${left.join('; ')}. --paid includes them`];
  return { measurements, notes, judgements: judgeLoad(measurements, serviceFigures(processes)) };
}
