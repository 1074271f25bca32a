import type { Admin, Kafka, Producer } from 'kafkajs';

/** Runs work with its own client. A kafkajs client requests metadata of every topic it has ever used, and fails when one is deleted. */
export async function withAdmin<T>(
  { kafka }: { readonly kafka: Kafka },
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** As {@link withAdmin}. */
export async function withProducer<T>(
  { kafka }: { readonly kafka: Kafka },
  work: (producer: Producer) => Promise<T>,
): Promise<T> {
  const producer = kafka.producer();
  await producer.connect();
  try {
    return await work(producer);
  } finally {
    await producer.disconnect();
  }
}
