/** `npm run test:faults`: see test/faults/main.ts. */
import './typescript.mjs';

await import('../test/faults/main.ts');
