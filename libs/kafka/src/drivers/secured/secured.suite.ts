import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';

import { freePort, securedUsers, type SecuredKafka, type SecuredListener } from '#brokers';
import { ThroughlineError } from '#base';
import { ConsumerRecorder, type TestFramework } from 'throughline/conformance';
import type { KafkaDriver } from '../../driver.js';
import type { OpenClient, PasswordLogin, Security } from './clients.fixture.js';
import { consumerOf, memberOf, send } from './members.fixture.js';
import type { Output } from './output.fixture.js';
import { unsecuredToken } from './tokens.fixture.js';

const WRONG = 'not-the-password';

type Mechanism = keyof typeof securedUsers;

const loginBy = (mechanism: Mechanism, password?: string): PasswordLogin => ({
  mechanism,
  ...securedUsers[mechanism],
  ...(password !== undefined && { password }),
});

type StartCase = readonly [
  string,
  SecuredListener,
  () => Security,
  'TL_KAFKA_DENIED' | 'TL_KAFKA_TLS_FAILED',
  RegExp,
];

/** What a driver does with brokers that demand TLS or a login. Call it in a `describe` of a test file that starts the broker. */
export function describeSecuredKafka(
  { describe, it, beforeAll }: TestFramework,
  open: OpenClient,
  secured: () => SecuredKafka,
  output: Output,
): void {
  const ca = (): string => secured().certificates.authority.pem;
  const driverAt = (listener: SecuredListener, security: Security): KafkaDriver =>
    open(secured().addresses[listener], security);

  describe('sends and receives', () => {
    const cases: readonly (readonly [string, SecuredListener, () => Security])[] = [
      ['after a login by PLAIN', 'login', () => ({ login: loginBy('PLAIN') })],
      ['after a login by SCRAM-SHA-256', 'login', () => ({ login: loginBy('SCRAM-SHA-256') })],
      ['after a login by SCRAM-SHA-512', 'login', () => ({ login: loginBy('SCRAM-SHA-512') })],
      [
        'after a login by OAUTHBEARER',
        'login',
        () => ({
          login: { mechanism: 'OAUTHBEARER', token: () => Promise.resolve(unsecuredToken()) },
        }),
      ],
      [
        'over TLS, after a login',
        'tlsLogin',
        () => ({ ssl: { ca: ca() }, login: loginBy('PLAIN') }),
      ],
      ['over TLS with an authority of its own', 'tls', () => ({ ssl: { ca: ca() } })],
      [
        'over TLS with a client certificate',
        'mutualTls',
        () => ({ ssl: { ca: ca(), ...secured().certificates.client } }),
      ],
    ];
    for (const [title, listener, security] of cases) {
      it(title, async () => {
        const driver = driverAt(listener, security());
        const { topic, recorder, consumer } = await memberOf(driver);

        await consumer.start();
        await send(driver, topic, 'sent');
        await recorder.until('it arrives', () => recorder.texts.includes('sent'));

        await driver.close();
        assert.deepEqual(recorder.troubles, []);
        assert.deepEqual(recorder.violations, []);
      });
    }
  });

  describe('fails the start', () => {
    const cases: readonly StartCase[] = [
      ...(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const).map((mechanism): StartCase => [
        `a wrong password for ${mechanism}`,
        'login',
        () => ({ login: loginBy(mechanism, WRONG) }),
        'TL_KAFKA_DENIED',
        /SASL_AUTHENTICATION_FAILED/,
      ]),
      [
        'a token that has expired',
        'login',
        () => ({
          login: { mechanism: 'OAUTHBEARER', token: () => Promise.resolve(unsecuredToken(-60)) },
        }),
        'TL_KAFKA_DENIED',
        /SASL_AUTHENTICATION_FAILED/,
      ],
      ['no login', 'login', () => ({}), 'TL_KAFKA_DENIED', /demands a login.*PLAIN/],
      [
        'a login that the listener does not take',
        'tls',
        () => ({ ssl: { ca: ca() }, login: loginBy('PLAIN') }),
        'TL_KAFKA_DENIED',
        /takes no login.*remove sasl/,
      ],
      [
        'a mechanism that the listener does not offer',
        'tlsLogin',
        () => ({ ssl: { ca: ca() }, login: loginBy('SCRAM-SHA-512') }),
        'TL_KAFKA_DENIED',
        /does not offer.*SCRAM-SHA-512.*: PLAIN/,
      ],
      ['no authority', 'tls', () => ({ ssl: true }), 'TL_KAFKA_TLS_FAILED', /trust.*ssl: { ca }/],
      [
        'an expired certificate',
        'expired',
        () => ({ ssl: { ca: ca() } }),
        'TL_KAFKA_TLS_FAILED',
        /has expired.*Renew/,
      ],
      [
        'a certificate for another name',
        'otherName',
        () => ({ ssl: { ca: ca() } }),
        'TL_KAFKA_TLS_FAILED',
        /not for the name 127\.0\.0\.1.*advertised\.listeners/,
      ],
      [
        'no client certificate',
        'mutualTls',
        () => ({ ssl: { ca: ca() } }),
        'TL_KAFKA_TLS_FAILED',
        /client certificate.*ssl: { key, cert }/,
      ],
      [
        'plain text to a port with TLS',
        'tls',
        () => ({}),
        'TL_KAFKA_TLS_FAILED',
        /speaks TLS.*Set ssl/,
      ],
      [
        'plain text to a port with TLS and a login',
        'tlsLogin',
        () => ({ login: loginBy('PLAIN') }),
        'TL_KAFKA_TLS_FAILED',
        /speaks TLS.*Set ssl/,
      ],
      [
        'TLS to a port with plain text',
        'login',
        () => ({ ssl: { ca: ca() }, login: loginBy('PLAIN') }),
        'TL_KAFKA_TLS_FAILED',
        /speaks plain text.*remove ssl/,
      ],
    ];

    const outcomes = new Map<string, readonly unknown[]>();

    // At the same time, because each takes some seconds.
    beforeAll(async () => {
      await Promise.all(
        cases.map(async ([title, listener, security]) => {
          const driver = driverAt(listener, security());
          const outcome = await Promise.all([
            reasonOf(driver.describe(['any'])),
            reasonOf(consumerOf(driver, 'any', new ConsumerRecorder()).start()),
            reasonOf(send(driver, 'any', 'never sent')),
          ]);
          outcomes.set(title, outcome);
          output.keep(...outcome);
          await driver.close();
        }),
      );
    }, 60_000);

    for (const [title, , , code, message] of cases) {
      it(`with ${title}`, () => {
        const [described, started, sent] = outcomes.get(title) ?? [];

        for (const error of [described, started, sent]) {
          assert(error instanceof ThroughlineError, String(error));
          assert.equal(error.code, code, error.message);
          assert.equal(error.errorClass, 'blocked');
          assert.match(error.message, message);
        }
        return Promise.resolve();
      });
    }
  });

  describe('waits at the start, and reports an outage', () => {
    const cases: readonly (readonly [
      string,
      () => Promise<{ readonly port: number; readonly server?: Server }>,
    ])[] = [
      ['if no broker listens', async () => ({ port: await freePort() })],
      ['if what listens has no broker behind it', listenWithoutBroker],
    ];
    for (const [title, listen] of cases) {
      it(title, async () => {
        const { port, server } = await listen();
        const driver = open(`127.0.0.1:${port}`, { ssl: { ca: ca() }, login: loginBy('PLAIN') });
        const recorder = new ConsumerRecorder();
        const outcome = reasonOf(consumerOf(driver, 'any', recorder).start());

        await recorder.until('the outage is reported', () => recorder.troubles.length > 0);
        await driver.close();
        server?.close();

        output.keep(...recorder.troubles);
        for (const error of recorder.troubles) {
          assert(error instanceof ThroughlineError && error.errorClass === 'unavailable');
        }
        const ended = await outcome;
        assert(ended instanceof ThroughlineError && ended.code === 'TL_KAFKA_CLOSED');
      });
    }
  });
}

const reasonOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'it succeeded',
    (error: unknown) => error,
  );

/** A load balancer accepts connections before it knows whether there is anyone to pass them on to. */
async function listenWithoutBroker(): Promise<{ readonly port: number; readonly server: Server }> {
  const port = await freePort();
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.destroy();
  });
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  return { port, server };
}
