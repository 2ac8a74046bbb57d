import { describe, expect, test } from '@jest/globals';
import { CircuitBreaker } from './circuit-breaker.ts';
import { ModelError } from './model-error.ts';

const failure = new ModelError('unreachable', 'failure');
const unrelated = new Error('unrelated');

function breaker() {
  const time = { ms: 0 };
  const circuit = new CircuitBreaker({ failures: 3, pauseMs: 1000, retryAfterSeconds: { min: 2, max: 60 } }, () => time.ms);
  const outcome = (call: () => Promise<unknown>) =>
    circuit.execute(call).then(
      () => 'ok',
      (error: unknown) => (error instanceof ModelError && error.failure === 'circuit_open' ? 'open' : error),
    );
  const succeed = () => outcome(async () => undefined);
  const fail = (error: Error = failure) => outcome(() => Promise.reject(error));
  return { time, circuit, outcome, succeed, fail };
}

describe('The circuit breaker of a model', () => {
  test('opens after three failures in a row, and only in a row', async () => {
    const { circuit, succeed, fail } = breaker();
    for (const result of [fail, fail, succeed, fail, fail]) await result();
    expect(circuit.isClosed).toBe(true);
    await fail();
    expect(circuit.isClosed).toBe(false);
    expect(await succeed()).toBe('open');
  });

  test('lets one call try after the pause, closes when that succeeds and opens again when it fails', async () => {
    const { time, circuit, outcome, succeed, fail } = breaker();
    for (let call = 0; call < 3; call++) await fail();
    time.ms = 999;
    expect(await succeed()).toBe('open');
    time.ms = 1000;
    const trial = Promise.withResolvers<void>();
    const trying = outcome(() => trial.promise);
    expect(await succeed()).toBe('open');
    trial.reject(failure);
    expect(await trying).toBe(failure);
    expect(circuit.isClosed).toBe(false);
    time.ms = 2000;
    expect([await succeed(), await succeed()]).toEqual(['ok', 'ok']);
  });

  test('learns nothing from an error that says nothing of the provider, and lets the next call try', async () => {
    const { time, succeed, fail } = breaker();
    for (let call = 0; call < 5; call++) expect(await fail(unrelated)).toBe(unrelated);
    for (let call = 0; call < 3; call++) await fail();
    time.ms = 1000;
    expect(await fail(unrelated)).toBe(unrelated);
    expect(await succeed()).toBe('ok');
  });

  test('is not reopened by a call from before it opened', async () => {
    const { time, outcome, succeed, fail } = breaker();
    const early = Promise.withResolvers<void>();
    const late = outcome(() => early.promise);
    for (let call = 0; call < 3; call++) await fail();
    time.ms = 1000;
    early.reject(failure);
    await late;
    expect(await succeed()).toBe('ok');
  });
});
