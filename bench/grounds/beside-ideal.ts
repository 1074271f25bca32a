import { shareOf, type Field } from '../scenario.js';

/** A field that also has ground for `ideal`, who needs no broker: nothing is laid there, and nothing has to be gone afterwards. */
export const besideIdeal = (field: Field, filling: { messages: number; keys: number }): Field => ({
  ...field,
  ground: (entry) => {
    if (entry.contender !== 'ideal') return field.ground(entry);
    const messages = shareOf(entry, filling.messages);
    return Promise.resolve({
      task: { messages, keys: filling.keys },
      messages,
      remove: () => Promise.resolve(),
    });
  },
});
