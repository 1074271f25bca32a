import { describe, expect, it } from '@jest/globals';
import { SharedRequests, type SharingOptions } from './shared-requests.js';

const done = <R>(value: R): PromiseSettledResult<R> => ({ status: 'fulfilled', value });

/** Sends that come to what the broker has answered. */
const sharing = <T, R>(
  options: Omit<SharingOptions<T, R, R>, 'succeeded'>,
): SharedRequests<T, R, R> => new SharedRequests({ succeeded: (_, answer) => answer, ...options });

/** Long enough for a request to be sent on a busy machine, in milliseconds. A deadline before that would be missed differently. */
const UNTIL_SENT = 500;

describe('SharedRequests', () => {
  it('sends what comes in one turn together, and answers each', async () => {
    const requests: string[][] = [];
    const shared = sharing<string, string>({
      inFlight: 1,
      fit: (waiting) => waiting.length,
      send: (items) => {
        requests.push([...items]);
        return Promise.resolve(items.map((item) => done(item.toUpperCase())));
      },
    });

    const answers = await Promise.all([shared.send('a'), shared.send('b')]);

    expect(requests).toEqual([['a', 'b']]);
    expect(answers).toEqual(['A', 'B']);
  });

  it('lets each make something of its answer', async () => {
    const shared = new SharedRequests({
      inFlight: 1,
      fit: (waiting: readonly string[]) => waiting.length,
      send: (items) => Promise.resolve(items.map((_, index) => done(index))),
      succeeded: (item, answer) => `${item}${answer}`,
    });

    const answers = await Promise.all(['a', 'b'].map((item) => shared.send(item)));

    expect(answers).toEqual(['a0', 'b1']);
  });

  it('takes no more into a request than fit', async () => {
    const requests: number[][] = [];
    const shared = sharing<number, number>({
      inFlight: 1,
      fit: () => 2,
      send: (items) => {
        requests.push([...items]);
        return Promise.resolve(items.map(done));
      },
    });

    await Promise.all([1, 2, 3, 4, 5].map((item) => shared.send(item)));

    expect(requests).toEqual([[1, 2], [3, 4], [5]]);
  });

  it('lets the failure of one be the failure of that one', async () => {
    const shared = sharing<string, string>({
      inFlight: 1,
      fit: (waiting) => waiting.length,
      send: (items) =>
        Promise.resolve(
          items.map((item) =>
            item === 'bad' ? { status: 'rejected', reason: new Error('too large') } : done(item),
          ),
        ),
    });

    const answers = await Promise.allSettled([shared.send('good'), shared.send('bad')]);

    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  it('fails all of a request that fails whole, and goes on with the next', async () => {
    let requests = 0;
    const shared = sharing<string, string>({
      inFlight: 1,
      fit: () => 1,
      send: (items) => {
        requests += 1;
        return requests === 1
          ? Promise.reject(new Error('away'))
          : Promise.resolve(items.map(done));
      },
    });

    const answers = await Promise.allSettled([shared.send('first'), shared.send('second')]);

    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it('never sends what its caller has given up before its turn came', async () => {
    const sent: string[] = [];
    const first = Promise.withResolvers<undefined>();
    const shared = sharing<string, string>({
      inFlight: 1,
      fit: () => 1,
      send: async (items) => {
        sent.push(...items);
        await first.promise;
        return items.map(done);
      },
    });

    const under = shared.send('under way');
    await new Promise(setImmediate);
    const late = shared.send('given up', Date.now() - 1);
    first.resolve(undefined);

    await under;
    await expect(late).rejects.toThrow('The timeout expired before the message was sent.');
    expect(sent).toEqual(['under way']);
  });

  it('rejects what is not answered in time, in the caller’s words, and takes no late answer for it', async () => {
    const answer = Promise.withResolvers<readonly PromiseSettledResult<string>[]>();
    const shared = sharing<string, string>({
      inFlight: 1,
      fit: (waiting) => waiting.length,
      send: () => answer.promise,
      tooLate: (item) => new Error(`${item}: no answer`),
    });
    const patient = shared.send('patient');

    await expect(shared.send('hasty', Date.now() + UNTIL_SENT)).rejects.toThrow('hasty: no answer');
    answer.resolve([done('A'), done('B')]);

    await expect(patient).resolves.toBe('A');
  });

  it('passes over what was given up between others', async () => {
    const sent: (readonly string[])[] = [];
    const first = Promise.withResolvers<undefined>();
    const shared = sharing<string, string>({
      inFlight: 1,
      most: 2,
      fit: (waiting) => waiting.length,
      send: async (items) => {
        sent.push(items);
        await first.promise;
        return items.map(done);
      },
    });
    const under = shared.send('under way');
    await new Promise(setImmediate);
    const a = shared.send('a');
    const given = shared.send('given up', Date.now() + 5);
    const b = shared.send('b');
    const c = shared.send('c');
    await expect(given).rejects.toThrow('The timeout expired');
    first.resolve(undefined);

    await expect(Promise.all([under, a, b, c])).resolves.toEqual(['under way', 'a', 'b', 'c']);
    expect(sent).toEqual([['under way'], ['a'], ['b', 'c']]);
  });

  it('tells failures in the caller’s words', async () => {
    const shared = sharing<string, string>({
      inFlight: 1,
      fit: (waiting) => waiting.length,
      send: () => Promise.reject(new Error('away')),
      failed: (item, reason) => new Error(`${item}: ${(reason as Error).message}`),
    });

    await expect(shared.send('a')).rejects.toThrow('a: away');
  });

  it('sends an item alone that cannot be measured, and lets no other fail for it', async () => {
    const requests: string[][] = [];
    const shared = sharing<string, string>({
      inFlight: 1,
      fit: (waiting) => {
        if (waiting.includes('bad')) throw new TypeError('cannot be measured');
        return waiting.length;
      },
      send: (items) => {
        requests.push([...items]);
        if (items.includes('bad')) throw new TypeError('cannot be written');
        return Promise.resolve(items.map(done));
      },
    });

    const answers = await Promise.allSettled(['bad', 'a', 'b'].map((item) => shared.send(item)));

    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(requests).toEqual([['bad'], ['a', 'b']]);
  });

  it.each(['succeeded', 'failed', 'tooLate'] as const)(
    'makes a rejection of what its own %s throws: in a timer it would end the process',
    async (option) => {
      const broken = (): never => {
        throw new TypeError(`${option} is broken`);
      };
      const shared = new SharedRequests<string, string, string>({
        inFlight: 1,
        fit: () => 1,
        send: () =>
          option === 'tooLate'
            ? new Promise(() => undefined)
            : Promise.resolve([
                option === 'failed' ? { status: 'rejected', reason: 'no' } : done('yes'),
              ]),
        succeeded: (_, answer) => answer,
        [option]: broken,
      });

      await expect(shared.send('a', Date.now() + UNTIL_SENT)).rejects.toThrow(
        `${option} is broken`,
      );
    },
  );
});
