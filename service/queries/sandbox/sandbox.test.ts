import { setTimeout } from 'node:timers/promises';
import { createContext, runInContext } from 'node:vm';
import { afterAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Execution } from './execution.ts';
import { sandboxLimits } from './limits.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

const patient = { ...sandboxLimits, cpuMs: 5_000, timeoutMs: 25_000, concurrency: 1 };
const sandbox = createSandbox(patient);
const hurried = createSandbox({ ...patient, cpuMs: 60 });
afterAll(() => Promise.all([sandbox.close(), hurried.close()]));

/** How often the event loop turned during a run. */
async function turns(run: Promise<Execution>): Promise<number> {
  let count = 0;
  let running = true;
  const turn = () => {
    count += 1;
    if (running) setImmediate(turn);
  };
  setImmediate(turn);
  await run.finally(() => {
    running = false;
  });
  return count;
}

describe('A program', () => {
  test.each([
    ['1 + 1', '2'],
    ['const a = { b: [1, "two", null] }; a', '{"b":[1,"two",null]}'],
    ['await Promise.resolve(1); 42', '42'],
    ['(async () => { await null; return "later" })()', '"later"'],
    ['"\\ud800\\0ñ"', '"\\ud800\\u0000ñ"'],
    ['2n ** 64n', '"18446744073709551616"'],
    ['undefined', undefined],
    ['() => 1', undefined],
    ['', undefined],
  ])('answers %s with its last value', async (code, value) => {
    expect(await sandbox.run(code)).toEqual({ status: 'ok', value, output: '', milliseconds: expect.any(Number) });
  });

  test('writes lines with console.log', async () => {
    const code = 'console.log("a\\0b", { c: 1 }, [2n], Symbol("d"), null, undefined); console.log()';
    expect(await sandbox.run(code)).toMatchObject({ status: 'ok', output: 'a\0b {"c":1} ["2"] Symbol(d) null undefined\n\n' });
  });

  test.each([
    ['throw new TypeError("no")', 'TypeError', 'no'],
    ['throw 5', 'UncaughtValue', '5'],
    ['throw null', 'UncaughtValue', 'null'],
    ['throw { message: "m", name: "N" }', 'N', 'm'],
    ['throw { get message() { throw 1 } }', 'Error', 'Error'],
    ['throw Object.create(null)', 'UncaughtValue', '{}'],
    ['await Promise.reject(new RangeError("late"))', 'RangeError', 'late'],
    ['const a = {}; a.a = a; a', 'TypeError', 'circular reference'],
    ['let =', 'SyntaxError', expect.any(String)],
    ['return 5', 'SyntaxError', expect.any(String)],
    ['await new Promise(() => {})', 'UnsettledPromise', expect.any(String)],
    ['new Promise(() => {})', 'UnsettledPromise', expect.any(String)],
  ])('that fails says why: %s', async (code, name, message) => {
    const execution = await sandbox.run(`console.log("before"); ${code}`);
    // What does not parse does not run.
    const output = name === 'SyntaxError' ? '' : 'before\n';
    expect(execution).toEqual({ status: 'error', name, message, output, milliseconds: expect.any(Number) });
  });
});

describe('The globals', () => {
  test('are of ECMAScript alone, and console', async () => {
    const execution = await sandbox.run('Object.getOwnPropertyNames(globalThis)');
    const names: string[] = JSON.parse(execution.status === 'ok' ? (execution.value ?? '[]') : '[]');
    const bare: string[] = runInContext('Object.getOwnPropertyNames(globalThis)', createContext());
    // Errors of the interpreter itself.
    const known = new Set([...bare, 'InternalError']);
    expect(names.length).toBeGreaterThan(50);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
    expect(names).toContain('console');
    expect(names).not.toContain('WebAssembly');
  });

  test.each([
    'constructor.constructor("return process")()',
    'console.log.constructor("return process")()',
    '(0, eval)("process")',
    'new Function("return require")()("fs")',
    'await import("fs")',
    'await import("node:child_process")',
    'WebAssembly.Memory',
    'setTimeout(() => {}, 1)',
    'fetch("http://127.0.0.1")',
    '(async () => {}).constructor("return process")().then()',
    'globalThis.process.exit()',
    'try { null.x } catch (error) { error.constructor.constructor("return process")() }',
  ])('offer no way out: %s', async (code) => {
    const execution = await sandbox.run(code);
    expect(execution.status).toBe('error');
    expect(execution).toMatchObject({ name: expect.stringMatching(/^(ReferenceError|TypeError|UnsettledPromise)$/) });
  });

  test('are new for each run, after any change by a run before', async () => {
    await sandbox.run(`
      Object.prototype.polluted = 1; globalThis.leak = 1; Array.prototype.push = 1; JSON.stringify = () => "forged";
      Promise.prototype.then = null; String.prototype.slice = null; delete globalThis.console; Object.freeze(Object.prototype);`);
    const code = 'console.log([typeof leak, {}.polluted].length); const a = []; a.push(typeof leak, typeof {}.polluted); a';
    expect(await sandbox.run(code)).toMatchObject({ status: 'ok', value: '["undefined","undefined"]', output: '2\n' });
  });

  test('may be changed without changing how a run is reported', async () => {
    const code =
      'JSON.stringify = () => "forged"; String.prototype.slice = () => "x"; Promise.prototype.then = 0; console.log("seen"); ({ a: 1 })';
    expect(await sandbox.run(code)).toMatchObject({ status: 'ok', value: '{"a":1}', output: 'seen\n' });
  });
});

const endless = [
  'while (true);',
  'try { while (true); } catch {} finally { while (true); }',
  'await null; while (true);',
  'function again() { Promise.resolve().then(again) } again()',
  '/(a+)+$/.test("a".repeat(40) + "b")',
  '({ toJSON() { while (true); } })',
  'throw { get message() { while (true); } }',
  'console.log({ toJSON() { while (true); } })',
];
const greedy = [
  'let a = [1]; while (true) a = a.concat(a)',
  'let a = []; while (true) a.push(new Uint8Array(1e6))',
  'let a = []; while (true) a.push({})',
  'let m = new Map(); while (true) m.set({}, [])',
  'let a = []; while (true) a.push("x".repeat(1e6) + a.length)',
  'let f = () => 1; while (true) f = f.bind()',
  'new Uint8Array(32 * 2 ** 20)',
  '"ﷺ".repeat(1e6).normalize("NFKD")',
  '"a".repeat(2 ** 20).replace(/a/g, "b".repeat(2 ** 20))',
];
const deep = [
  'function f() { return f() + 1 } f()',
  'let a = []; for (let i = 0; i < 1e5; i++) a = [a]; String(a)',
  'JSON.parse("[".repeat(1e6))',
  'eval("(".repeat(1e6))',
  'let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); p.x',
];
const wordy = ['while (true) console.log("x".repeat(1000))', 'console.log("é".repeat(1e6))', '"x".repeat(1e6)', '"é".repeat(40_000)'];

describe('A program over its limit', () => {
  test.each([
    ...endless.map((code) => ({ code, status: 'timeout', within: hurried })),
    ...greedy.map((code) => ({ code, status: 'memory', within: sandbox })),
    ...deep.map((code) => ({ code, status: 'error', message: 'stack overflow', within: sandbox })),
    ...wordy.map((code) => ({ code, status: 'output_limit', within: sandbox })),
    { code: 'let s = "x"; while (true) s += s', status: 'error', message: 'string too long', within: sandbox },
  ])('ends as $status, and the next is unharmed: $code', async ({ within, code, ...expected }) => {
    const run = within.run(code);
    const turned = await turns(run);
    const execution = await run;
    expect(execution).toMatchObject(expected);
    expect(Buffer.byteLength(execution.output)).toBeLessThanOrEqual(sandboxLimits.outputBytes);
    expect(turned).toBeGreaterThan(10);
    expect(await within.run('[1, 2].map((n) => n * 2)')).toMatchObject({ status: 'ok', value: '[2,4]' });
  });

  test('does not even start when it is too long', async () => {
    const code = ' '.repeat(sandboxLimits.codeBytes + 1);
    expect(await sandbox.run(code)).toEqual({ status: 'code_too_long', output: '', milliseconds: 0 });
  });

  test('keeps what it wrote until then', async () => {
    expect(await hurried.run('console.log("so far"); while (true);')).toMatchObject({ status: 'timeout', output: 'so far\n' });
    const execution = await sandbox.run('console.log("é".repeat(1e6))');
    expect(execution.output).toBe('é'.repeat(sandboxLimits.outputBytes / 2));
  });

  test('has its own memory, independent of earlier runs', async () => {
    const code = 'new Uint8Array(16 * 2 ** 20).fill(1).at(-1)';
    for (let run = 0; run < 5; run++) expect(await sandbox.run(code)).toMatchObject({ status: 'ok', value: '1' });
  });

  test('may go on after it caught that memory ran out', async () => {
    const code = 'try { const a = []; while (true) a.push(new Uint8Array(1e6)) } catch (error) { error.message }';
    expect(await sandbox.run(code)).toMatchObject({ status: 'ok', value: '"out of memory"' });
  });

  test('is ended from outside where the interpreter never looks at the clock', async () => {
    const short = createSandbox({ ...patient, timeoutMs: 500 });
    const code = 'Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)';
    expect(await short.run(code)).toMatchObject({ status: 'timeout' });
    await short.close();
  });
});

/** Its thread works and its line is full: both runs before are where they stay. */
async function narrowIsBusy(narrow: Sandbox): Promise<void> {
  expect(await narrow.run('')).toMatchObject({ status: 'busy' });
  await setTimeout(100);
}

describe('The threads', () => {
  test('are bounded, and so are those who wait for one', async () => {
    const narrow = createSandbox({ ...patient, cpuMs: 100, queue: 1 });
    const runs = await Promise.all(['while (true);', '"waited"', '"rejected"'].map((code) => narrow.run(code)));
    expect(runs.map(({ status }) => status)).toEqual(['timeout', 'ok', 'busy']);
    await narrow.close();
  });

  test('end when the caller leaves, running or waiting', async () => {
    const narrow = createSandbox({ ...patient, queue: 1 });
    const callers = [new AbortController(), new AbortController()];
    const runs = callers.map(({ signal }) => narrow.run('while (true);', signal));
    const settled = Promise.allSettled(runs);
    await narrowIsBusy(narrow);
    for (const [index, caller] of callers.toReversed().entries()) caller.abort(new Error(`left ${index}`));
    expect(await settled).toMatchObject([{ reason: { message: 'left 1' } }, { reason: { message: 'left 0' } }]);
    expect(await narrow.run('1')).toMatchObject({ status: 'ok' });
    await expect(narrow.run('1', AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    await narrow.close();
  });

  test('end when the sandbox is closed', async () => {
    const closed = createSandbox(patient);
    const run = closed.run('while (true);');
    await setTimeout(100);
    const ended = expect(run).rejects.toThrow('the sandbox is closed');
    await closed.close();
    await ended;
    await expect(closed.run('1')).rejects.toThrow('the sandbox is closed');
  });
});

const fragment = fc.constantFrom(
  ...[
    'while(1)',
    'for(;;)',
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    ';',
    'throw ',
    'await ',
    'null',
    'a',
    '=',
    '=>',
    'let ',
    '...',
    '`',
    '${',
    '/',
    '"',
  ],
  ...[
    'Promise.reject()',
    'globalThis',
    'Proxy',
    'Symbol.iterator',
    '.constructor',
    'import(',
    'console.log(',
    '1e9',
    'Array(',
    '.repeat(',
    'yield ',
    '\n',
  ],
);

describe('Any text', () => {
  test('ends in a typed result', async () => {
    const statuses = new Set<Execution['status']>(['ok', 'error', 'timeout', 'memory', 'output_limit']);
    const program = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fragment, { maxLength: 20 }).map((parts) => parts.join('')),
    );
    await fc.assert(
      fc.asyncProperty(program, async (code) => {
        const execution = await hurried.run(code);
        expect(statuses).toContain(execution.status);
        if (execution.status === 'ok' && execution.value !== undefined) JSON.parse(execution.value);
      }),
      { numRuns: 40 },
    );
  });
});
