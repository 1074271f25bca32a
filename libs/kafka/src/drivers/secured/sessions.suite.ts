import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { securedUsers, sessionMilliseconds, type SecuredKafka } from '#brokers';
import type { TestFramework } from 'throughline/conformance';
import type { KafkaDriver } from '../../driver.js';
import type { OpenClient, Security } from './clients.fixture.js';
import { memberOf, send } from './members.fixture.js';
import type { Output } from './output.fixture.js';
import { changePassword } from './scram.fixture.js';
import { unsecuredToken } from './tokens.fixture.js';

/** Credentials that stop working, and work again. */
interface Failing {
  readonly login: NonNullable<Security['login']>;
  readonly fail: () => Promise<void> | void;
  readonly mend: () => Promise<void> | void;
}

/** What a driver does when a login has to be renewed: the sessions of the broker's listener are short. */
export function describeSessions(
  { describe, it }: TestFramework,
  open: OpenClient,
  secured: () => SecuredKafka,
  output: Output,
): void {
  const driverWith = (login: Failing['login']): KafkaDriver =>
    open(secured().addresses.login, { login });

  describe('whose sessions end after 3 s', () => {
    it('renews the token, and continues without an interruption', async () => {
      const rounds: number[] = [];
      const driver = driverWith({
        mechanism: 'OAUTHBEARER',
        token: () => {
          const last = rounds.at(-1) ?? -Infinity;
          // All connections of a session renew their logins at about the same time.
          if (performance.now() - last > sessionMilliseconds / 2) rounds.push(performance.now());
          return Promise.resolve(unsecuredToken());
        },
      });
      const { topic, recorder, consumer } = await memberOf(driver);
      await consumer.start();
      const producer = driver.producer();

      const sent: string[] = [];
      while (rounds.length < 4) {
        const value = `message ${sent.length}`;
        const [answer] = await producer.send([{ topic, key: null, value, headers: {} }]);
        assert.equal(answer?.status, 'fulfilled');
        sent.push(value);
        await pause(50);
      }
      await recorder.until('all arrive', () => recorder.seen.length >= sent.length);

      await driver.close();
      assert.deepEqual(recorder.texts, sent);
      assert.deepEqual(recorder.troubles, []);
      assert.equal(recorder.assignments.length, 1);
      assert.deepEqual(recorder.violations, []);
    });

    it('counts credentials that no longer work as an outage, recovers, and loses nothing', async () => {
      const cases = {
        'a password that was changed': changedPassword(secured().broker.address),
        'a token that has expired': failingToken(() => Promise.resolve(unsecuredToken(-60))),
        'a provider that throws': failingToken(() => Promise.reject(new Error('no identity'))),
        'a provider that hangs': failingToken(() => new Promise(() => undefined)),
      };

      const outcomes = await Promise.all(
        Object.entries(cases).map(async ([name, failing]) => ({
          name,
          ...(await outcomeOf(failing)),
        })),
      );

      assert.deepEqual(
        outcomes,
        Object.keys(cases).map((name) => ({
          name,
          texts: ['before', 'meanwhile', 'after'],
          classes: ['unavailable'],
          violations: [],
        })),
      );
    });
  });

  async function outcomeOf({ login, fail, mend }: Failing): Promise<object> {
    const driver = driverWith(login);
    const administrator = open(secured().broker.address, {});
    const { topic, recorder, consumer } = await memberOf(driver);
    await consumer.start();
    await send(driver, topic, 'before');
    await recorder.until('the first arrives', () => recorder.seen.length === 1);

    await fail();
    await recorder.until('the outage is reported', () => recorder.troubles.length > 0, 40_000);
    await send(administrator, topic, 'meanwhile');
    await mend();
    await recorder.until('the outage is over', () => recorder.ups > 0, 40_000);
    await send(driver, topic, 'after');
    await recorder.until('all arrive', () => new Set(recorder.texts).size === 3, 40_000);

    output.keep(...recorder.troubles);
    await Promise.all([driver.close(), administrator.close()]);
    const { texts, troubles, violations } = recorder;
    return {
      // A driver may read again what was not committed.
      texts: [...new Set(texts)],
      classes: [...new Set(troubles.map((error) => 'errorClass' in error && error.errorClass))],
      violations,
    };
  }
}

function failingToken(failure: () => Promise<string>): Failing {
  let token = (): Promise<string> => Promise.resolve(unsecuredToken());
  const works = token;
  return {
    login: { mechanism: 'OAUTHBEARER', token: () => token() },
    fail: () => {
      token = failure;
    },
    mend: () => {
      token = works;
    },
  };
}

function changedPassword(broker: string): Failing {
  const { username, password } = securedUsers['SCRAM-SHA-256'];
  return {
    login: { mechanism: 'SCRAM-SHA-256', username, password },
    fail: () => changePassword(broker, username, 'another-password'),
    mend: () => changePassword(broker, username, password),
  };
}
