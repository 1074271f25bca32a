import { shareOf, type Field } from '../scenario.js';

/** A field whose first messages are handled before the clock starts: a young process spends several times as much on a message. */
export const warmedUp = (
  field: Field,
  { warmUp, messages }: { warmUp: number; messages: number },
): Field => ({
  ...field,
  ground: async (entry) => {
    const ground = await field.ground(entry);
    const measured = shareOf(entry, messages);
    return {
      ...ground,
      messages: measured,
      task: {
        ...ground.task,
        messages: measured,
        warmUp: shareOf(entry, warmUp),
        clock: 'first message',
      },
    };
  },
});
