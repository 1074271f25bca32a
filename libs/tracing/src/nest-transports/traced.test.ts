import { setImmediate as tick } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { lastValueFrom, map } from 'rxjs';
import { FakeClient, open, order, toKafka } from './fake-client.fixture.js';
import { traced } from './index.js';

describe('the span of a send', () => {
  it('is named by the pattern, or as one says', async () => {
    const { tracer, proxy } = open({ system: 'kafka', address: 'broker', port: 9092 });
    const named = traced(proxy, tracer, { system: 'rabbitmq', destination: 'shop' });

    await lastValueFrom(proxy.emit('orders', order));
    await lastValueFrom(named.emit({ cmd: 'new' }, order));

    expect(tracer.sends.map(({ to }) => to)).toMatchObject([
      { system: 'kafka', destination: 'orders', address: 'broker', port: 9092 },
      { system: 'rabbitmq', destination: 'shop' },
      { system: 'kafka', destination: '{"cmd":"new"}' },
    ]);
  });

  it('ends when the event is sent, whether or not anyone listens', async () => {
    const { tracer, proxy } = open(toKafka);

    tracer.inside(() => proxy.emit('orders', order));
    await tick();

    expect(tracer.sends).toMatchObject([{ ends: [undefined] }]);
  });

  it('ends with the error of an event that could not be sent', async () => {
    const { tracer, proxy, client } = open(toKafka);
    const unavailable = new Error('broker unavailable');
    client.answer = () => Promise.reject(unavailable);

    await expect(lastValueFrom(proxy.emit('orders', order))).rejects.toBe(unavailable);

    expect(tracer.sends).toMatchObject([{ ends: [unavailable] }]);
  });

  it('of a request begins when it is sent, anew each time, and ends with its answer', async () => {
    const { tracer, proxy } = open(toKafka);
    const request = tracer.inside(() => proxy.send('price', order));
    expect(tracer.sends).toEqual([]);

    const answers = await tracer.inside(() =>
      Promise.all([lastValueFrom(request), lastValueFrom(request)]),
    );

    expect(answers).toEqual(['answer', 'answer']);
    expect(tracer.sends).toMatchObject([{ ends: [undefined] }, { ends: [undefined] }]);
  });

  it('of a request ends with its error, and when nobody waits any more', async () => {
    const { tracer, proxy, client } = open(toKafka);
    const refused = new Error('no such pattern');
    client.answer = () => Promise.reject(refused);
    await expect(lastValueFrom(proxy.send('price', order))).rejects.toBe(refused);
    client.answer = () => new Promise(() => undefined);

    proxy.send('price', order).subscribe().unsubscribe();

    expect(tracer.sends).toMatchObject([{ ends: [refused] }, { ends: [undefined] }]);
  });

  it('is none for what Nest refuses', async () => {
    const { tracer, proxy } = open(toKafka);

    await expect(lastValueFrom(proxy.emit('orders', null))).rejects.toThrow(/invalid data/);
    await expect(lastValueFrom(proxy.send('orders', undefined))).rejects.toThrow(/invalid data/);

    expect(tracer.sends).toEqual([]);
  });
});

describe('what is current', () => {
  it('is nothing in the client, and what it was for whoever hears of it', async () => {
    const { tracer, proxy, client } = open(toKafka);
    const look = map(() => tracer.current());

    const heard = await tracer.inside(() =>
      Promise.all([
        lastValueFrom(proxy.emit('orders', order).pipe(look)),
        lastValueFrom(proxy.send('price', order).pipe(look)),
      ]),
    );

    expect(client.seenInside).toEqual([undefined, undefined]);
    expect(heard).toEqual([tracer.works[0]?.ids, tracer.works[0]?.ids]);
  });
});

describe('the client itself', () => {
  it('is what everything else is asked of', () => {
    const { proxy, client } = open(toKafka);

    expect(proxy).toBeInstanceOf(FakeClient);
    expect(proxy.close()).toBe('closed');
    expect(proxy.packets).toBe(client.packets);
  });
});
