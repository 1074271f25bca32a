import { shareOf, type DataSource } from '../scenario.js';

/** Data sets whose first messages are not measured, because a cold process spends several times as much CPU on a message. */
export const withWarmUp = (
  source: DataSource,
  { warmUp, messages }: { warmUp: number; messages: number },
): DataSource => ({
  ...source,
  dataSet: async (entry) => {
    const dataSet = await source.dataSet(entry);
    const measured = shareOf(entry, messages);
    return {
      ...dataSet,
      messages: measured,
      task: {
        ...dataSet.task,
        messages: measured,
        warmUp: shareOf(entry, warmUp),
        clock: 'first message',
      },
    };
  },
});
