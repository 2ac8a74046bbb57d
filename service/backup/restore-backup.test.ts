import { expect, test } from '@jest/globals';
import { BackupError } from './backup-error.ts';
import { type Replaceable, replaceDatabase, restoreSteps } from './restore-backup.ts';

const step = () => {};
const fail = (message: string) => async () => Promise.reject(new Error(message));

/** A deployment whose databases are names, and whose service is healthy with the former data. */
function deployment(hadOne = true) {
  const contents = new Map([['new', 'restored'], ...(hadOne ? [['captions', 'former'] as const] : [])]);
  const rename = (from: string, to: string) => {
    const content = contents.get(from);
    contents.delete(from);
    if (content !== undefined) contents.set(to, content);
  };
  const state = { runs: true, stops: 0 };
  const target = {
    name: 'production',
    database: {
      name: 'captions',
      list: async () => [...contents.keys()],
      async drop(name: string) {
        contents.delete(name);
      },
      async swap(next: string, former: string) {
        const had = contents.has('captions');
        rename('captions', former);
        rename(next, 'captions');
        return had;
      },
    },
    unpack: async () => {},
    async stop() {
      state.stops += 1;
      state.runs = false;
    },
    async start() {
      if (contents.get('captions') !== 'former') throw new Error('/health returns 503');
      state.runs = true;
    },
  } satisfies Replaceable;
  return { target, state, contents };
}
const failureOf = async (target: Replaceable) => {
  const error = await replaceDatabase(target, 'new', step).catch((each: unknown) => each);
  if (!(error instanceof BackupError)) throw error;
  return error;
};

test('A service that cannot be stopped is started again with its data, and the new database is dropped', async () => {
  const { target, state, contents } = deployment();
  const stop = () => target.stop().then(fail('these pods do not end'));
  const { message } = await failureOf({ ...target, stop });
  expect(message).toBe('the restore failed: these pods do not end; captions is the former database, production runs');
  expect(state.runs).toBe(true);
  expect([...contents]).toEqual([['captions', 'former']]);
});

test('A service that is not healthy with the restored data runs with the former data again', async () => {
  const { target, state, contents } = deployment();
  const { message, cause } = await failureOf(target);
  expect(message).toBe('the restore failed: /health returns 503; captions is the former database, production runs');
  expect(cause).toMatchObject({ message: '/health returns 503' });
  expect([state, [...contents]]).toEqual([{ runs: true, stops: 2 }, [['captions', 'former']]]);
});

test('A second stop that fails does not keep the former database from coming back', async () => {
  const { target, state, contents } = deployment();
  const stop = async () => {
    await target.stop();
    if (state.stops === 2) throw new Error('these pods do not end');
  };
  const { message } = await failureOf({ ...target, stop });
  expect(message).toBe('the restore failed: /health returns 503; these pods do not end; captions is the former database, production runs');
  expect(contents.get('captions')).toBe('former');
});

test('Renames whose answer is lost are reverted', async () => {
  const { target, contents } = deployment();
  let swaps = 0;
  const swap = async (next: string, former: string) => {
    swaps += 1;
    const hadOne = await target.database.swap(next, former);
    if (swaps === 1) throw new Error('the connection was lost');
    return hadOne;
  };
  const { message } = await failureOf({ ...target, database: { ...target.database, swap } });
  expect(message).toContain('the connection was lost; captions is the former database');
  expect([...contents]).toEqual([['captions', 'former']]);
});

test('An error names the database in use if it cannot be renamed back, and whether the service runs', async () => {
  const { target } = deployment();
  let swaps = 0;
  const swap = async (next: string, former: string) => {
    swaps += 1;
    if (swaps === 2) throw new Error('the server is full');
    return target.database.swap(next, former);
  };
  const { message } = await failureOf({ ...target, database: { ...target.database, swap } });
  expect(message).toMatch(
    /^the restore failed: \/health returns 503; the server is full; captions is the restored database, and captions_before_\w+ the former one, production is not healthy$/,
  );
});

test('An error names both possibilities if the server does not answer', async () => {
  const { target } = deployment();
  const { message } = await failureOf({ ...target, database: { ...target.database, list: fail('no connection') } });
  expect(message).toMatch(/; no connection; captions is the restored database if captions_before_\w+ exists, otherwise the former one/);
});

test('On a new machine the restored data stays, and the service is stopped until the next restore', async () => {
  const { target, state } = deployment(false);
  const { message } = await failureOf({ ...target, unpack: fail('the disk is full') });
  expect(message).toBe(
    'the restore failed: the disk is full; captions is the restored database; there was none before, production is stopped',
  );
  expect(state.runs).toBe(false);
});

test('The steps of a target without a service of its own have no stop and no start', () => {
  const steps = (target: object) => restoreSteps({ name: 'host', database: { name: 'captions' }, ...target }, '20240729_120000').join('\n');
  expect(steps({})).not.toMatch(/stop|start|health/);
  expect(steps({ start: async () => {} })).toMatch(/^check host; if it is not healthy with the database/m);
  expect(steps({ stop: async () => {}, start: async () => {} })).toMatch(/^stop host\n(.+\n)+start host; /m);
});
