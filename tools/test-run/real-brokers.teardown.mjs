export default async function stopBrokers() {
  await Promise.all(globalThis.__BROKERS__.map((broker) => broker.stop()));
}
