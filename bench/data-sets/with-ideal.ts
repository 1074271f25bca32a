import { shareOf, type DataSource } from '../scenario.js';

/** A data source that also serves `ideal`, which needs no broker and therefore no messages. */
export const withIdeal = (
  source: DataSource,
  filling: { messages: number; keys: number },
): DataSource => ({
  ...source,
  dataSet: (entry) => {
    if (entry.candidate !== 'ideal') return source.dataSet(entry);
    const messages = shareOf(entry, filling.messages);
    return Promise.resolve({
      task: { messages, keys: filling.keys },
      messages,
      remove: () => Promise.resolve(),
    });
  },
});
