import { describe, expect, it } from '@jest/globals';
import { ThroughlineError } from '#base';
import { kafka, memory, topic } from 'throughline/kafka';
import { sqs } from 'throughline/sqs';
import type { Connection, Transport, TransportContext } from 'throughline/transport';
import { z } from 'zod';
import { plainJavaScript } from './plain-javascript.fixture.js';
import { Transports } from './transports.js';

const CONTEXT: TransportContext = {
  name: 'shop',
  suppress: (call) => call(),
  health: { report: () => undefined, clear: () => undefined },
};
const schema = z.unknown();

describe('The transports of an application', () => {
  it('carry a channel by the name that it says, or by none', async () => {
    const transports = await Transports.open(
      [kafka({ driver: memory() }), kafka({ name: 'audit', driver: memory() })],
      CONTEXT,
    );
    const [unnamed, audit] = transports.all;

    expect(transports.of(topic('orders', { schema }))).toBe(unnamed?.connection);
    expect(transports.of(topic('orders', { schema, transport: 'audit' }))).toBe(audit?.connection);
    expect(() => transports.of(topic('orders', { schema, transport: 'adit' }))).toThrow(
      "kafka() from throughline/kafka, with name: 'adit'",
    );
  });

  it.each([
    ['have no name', [undefined, undefined], 'without a name serve the channels of kafka.'],
    ['have one name', ['audit', 'audit'], 'Several transports have the name "audit".'],
    ['have a name that stands for the other', [undefined, 'kafka'], 'The name "kafka" already'],
  ])('are refused where two of a kind %s', async (_, names, message) => {
    const twice = names.map((name) => kafka({ name, driver: memory() }));

    await expect(Transports.open(twice, CONTEXT)).rejects.toMatchObject({
      code: 'TL_TRANSPORT_DUPLICATE',
      message: expect.stringContaining(message),
    });
  });

  it('report the errors in the options of all of them together', async () => {
    const wrong = [
      kafka({ name: 'audit', driver: memory(), partitions: 0 }),
      sqs({ createMissing: plainJavaScript('yes'), waitTime: '21s' }),
    ];

    await expect(Transports.open(wrong, CONTEXT)).rejects.toMatchObject({
      code: 'TL_START_REFUSED',
      message: expect.stringMatching(
        /3 configuration errors[^]*partitions[^]*waitTime[^]*createMissing/,
      ),
    });
  });

  it('are closed again where one of them cannot be opened', async () => {
    let closed = 0;
    const good = kafka({ driver: memory() });
    const counting: Transport = {
      ...good,
      open: async (context) => {
        const connection: Connection = await good.open(context);
        const close = connection.close.bind(connection);
        connection.close = () => {
          closed += 1;
          return close();
        };
        return connection;
      },
    };
    const broken: Transport = {
      ...good,
      name: 'broken',
      open: () => Promise.reject(new ThroughlineError('TL_OPTION_INVALID', 'broken')),
    };

    await expect(Transports.open([counting, broken], CONTEXT)).rejects.toMatchObject({
      code: 'TL_OPTION_INVALID',
    });
    expect(closed).toBe(1);
  });
});
