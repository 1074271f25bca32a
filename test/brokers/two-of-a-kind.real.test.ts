import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, type INestApplication } from '@nestjs/common';
import { startElasticMq, startKafka, type Broker } from '#brokers';
import {
  defineHandler,
  exponential,
  Publisher,
  Reject,
  ThroughlineControl,
  type Channel,
} from 'throughline';
import { kafka, kafkaJs, topic, type KafkaDriver } from 'throughline/kafka';
import { queue, sqs } from 'throughline/sqs';
import { z } from 'zod';
import { KafkaTopic } from '../support/brokers/kafka-topic.js';
import { localSqs, SqsQueue } from '../support/brokers/sqs-queue.js';
import { testKafka, testSqs, unique } from '../support/brokers/test-brokers.js';
import { startApp } from '../support/programs/start-app.js';
import { until } from '../support/programs/until.js';

const Note = z.object({ id: z.string() });
type Note = z.output<typeof Note>;

const EACH = 10;
const STARTED_WITHIN = 120_000;

/** The same name everywhere: only the transport tells the channels apart. */
const name = unique('notes');
const queues = {
  home: queue(name, { schema: Note }),
  eu: queue(name, { schema: Note, transport: 'eu' }),
};
const topics = {
  home: topic(name, { schema: Note }),
  audit: topic(name, { schema: Note, transport: 'audit' }),
};
const channels: Readonly<Record<Place, Channel<Note>>> = {
  'queue, home': queues.home,
  'queue, eu': queues.eu,
  'topic, home': topics.home,
  'topic, audit': topics.audit,
};

type Place = 'queue, home' | 'queue, eu' | 'topic, home' | 'topic, audit';
const places = Object.keys(channels) as readonly Place[];

const seen = new Map<Place, string[]>();
let isMended = false;

/** What came where; a note called `bad` is rejected everywhere until that is mended. */
function handled(place: Place, { id }: Note): void {
  if (id.startsWith('bad') && !isMended) throw new Reject('not yet');
  seen.set(place, [...(seen.get(place) ?? []), id]);
}

const NoteHandler = defineHandler<Note>({
  deadLetter: true,
  retry: { attempts: 1, backoff: exponential('100ms', '200ms') },
});

@Controller()
class Notes {
  @NoteHandler(queues.home)
  queueHome(note: Note): void {
    handled('queue, home', note);
  }

  @NoteHandler(queues.eu)
  queueEu(note: Note): void {
    handled('queue, eu', note);
  }

  @NoteHandler(topics.home)
  topicHome(note: Note): void {
    handled('topic, home', note);
  }

  @NoteHandler(topics.audit)
  topicAudit(note: Note): void {
    handled('topic, audit', note);
  }
}

const handlerNames: Readonly<Record<Place, string>> = {
  'queue, home': 'Notes.queueHome',
  'queue, eu': 'Notes.queueEu',
  'topic, home': 'Notes.topicHome',
  'topic, audit': 'Notes.topicAudit',
};

describe('Two Kafka clusters and two regions of SQS in one application, with the same names in both', () => {
  let brokers: readonly Broker[] = [];
  let drivers: readonly KafkaDriver[] = [];
  let outside: Readonly<Record<Place, { send(body: string): Promise<string> }>>;
  let queuesOutside: readonly SqsQueue[] = [];
  let service: INestApplication;

  beforeAll(async () => {
    const [otherKafka, otherSqs] = await Promise.all([startKafka(), startElasticMq()]);
    brokers = [otherKafka, otherSqs];
    const home = localSqs(testSqs());
    const eu = { ...localSqs(otherSqs.address), region: 'eu-central-1' };
    const [ofHome, ofAudit] = [testKafka(), otherKafka.address].map((broker) =>
      kafkaJs({ brokers: [broker], clientId: 'outside' }),
    ) as [KafkaDriver, KafkaDriver];
    drivers = [ofHome, ofAudit];
    service = await startApp({
      controllers: [Notes],
      throughline: {
        transports: [
          sqs({ client: home, createMissing: true, waitTime: '1s' }),
          sqs({ name: 'eu', client: eu, createMissing: true, waitTime: '1s' }),
          kafka({ brokers: [testKafka()], createMissing: true }),
          kafka({ name: 'audit', brokers: [otherKafka.address], createMissing: true }),
        ],
      },
    });
    const [homeQueue, euQueue] = await Promise.all([
      SqsQueue.open(home, name),
      SqsQueue.open(eu, name),
    ]);
    queuesOutside = [homeQueue, euQueue];
    outside = {
      'queue, home': homeQueue,
      'queue, eu': euQueue,
      'topic, home': new KafkaTopic(ofHome, name),
      'topic, audit': new KafkaTopic(ofAudit, name),
    };
  }, STARTED_WITHIN);

  afterAll(async () => {
    await service.close();
    for (const one of queuesOutside) one.close();
    await Promise.all(drivers.map((driver) => driver.close()));
    await Promise.all(brokers.map((broker) => broker.stop()));
  }, STARTED_WITHIN);

  const idsOf = (place: Place, what: string): readonly string[] =>
    Array.from({ length: EACH }, (_, at) => `${what} ${at} for the ${place}`);

  const untilAll = async (what: string): Promise<void> => {
    await until(`${what}, everywhere`, () =>
      Promise.resolve(places.every((place) => countOf(place, what) >= EACH) || undefined),
    );
  };

  const countOf = (place: Place, what: string): number =>
    (seen.get(place) ?? []).filter((id) => id.startsWith(what)).length;

  const seenOf = (place: Place, what: string): readonly string[] =>
    (seen.get(place) ?? []).filter((id) => id.startsWith(what)).toSorted();

  it('brings what others send to the handler of that broker', async () => {
    await Promise.all(
      places.flatMap((place) =>
        idsOf(place, 'sent').map((id) => outside[place].send(JSON.stringify({ id }))),
      ),
    );
    await untilAll('sent');

    for (const place of places) expect(seenOf(place, 'sent')).toEqual(idsOf(place, 'sent'));
  });

  it('publishes to the broker of the channel', async () => {
    const publisher = service.get(Publisher);

    await Promise.all(
      places.flatMap((place) =>
        idsOf(place, 'published').map((id) => publisher.publish(channels[place], { id })),
      ),
    );
    await untilAll('published');

    for (const place of places) {
      expect(seenOf(place, 'published')).toEqual(idsOf(place, 'published'));
    }
  });

  it('keeps dead letters with the broker of their handler, and brings them back from there', async () => {
    const publisher = service.get(Publisher);
    const control = service.get(ThroughlineControl);
    const states = async () => (await control.handlers()).map(({ counts }) => counts.deadLetters);
    await Promise.all(
      places.flatMap((place) =>
        idsOf(place, 'bad').map((id) => publisher.publish(channels[place], { id })),
      ),
    );
    await until(
      'dead letters, everywhere',
      async () => (await states()).every((count) => count === EACH) || undefined,
    );
    isMended = true;

    const reports = await Promise.all(places.map((place) => control.redrive(handlerNames[place])));
    await untilAll('bad');

    expect(reports.map(({ moved }) => moved)).toEqual(places.map(() => EACH));
    for (const place of places) expect(seenOf(place, 'bad')).toEqual(idsOf(place, 'bad'));
  });
});
