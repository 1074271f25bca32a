import { describe, expect, it } from '@jest/globals';
import { slugOf, withMachine, withSuite } from './page.js';
import { resultLike, problemRow, rowLike } from './result.fixture.js';

const PAGE = 'Before.\n\n<!-- bench: kafka -->\n\nOld figures.\n\n<!-- /bench -->\n\nAfter.\n';

describe('withSuite', () => {
  it('replaces the section of the suite, and nothing else', () => {
    const page = withSuite(PAGE, 'kafka', [resultLike([rowLike()])]);

    expect(page).toMatch(/^Before\.\n/);
    expect(page).toMatch(/<!-- \/bench -->\n\nAfter\.\n$/);
    expect(page).not.toContain('Old figures');
    expect(page).toContain('| Throughline | 123,457 | ±3 % | 8.77 | 101 | 0.98 |');
    expect(page).toContain('srcset="performance/tiny-messages-dark.svg"');
    expect(page).toContain('- ✓ Throughline ≥ 0.9 × kafkajs: 0.98');
  });

  it('can be filled again', () => {
    const results = [resultLike([rowLike()])];
    const once = withSuite(PAGE, 'kafka', results);

    expect(withSuite(once, 'kafka', results)).toBe(once);
  });

  it('says what went wrong in the row', () => {
    const page = withSuite(PAGE, 'kafka', [resultLike([problemRow('Nest', 'handled 7 of 8')])]);

    expect(page).toContain('| Nest | handled 7 of 8 |  |  |  |  |');
  });

  it('refuses a page without a section for it', () => {
    expect(() => withSuite(PAGE, 'sqs', [])).toThrow('no section for the suite sqs');
  });
});

describe('withMachine', () => {
  it('says where the figures come from', () => {
    const page = withMachine('<!-- machine -->old<!-- /machine -->', 'Two cores, $&.');

    expect(page).toBe('<!-- machine -->\n\nTwo cores, $&.\n\n<!-- /machine -->');
  });

  it('refuses a page without a section for it', () => {
    expect(() => withMachine('', 'Two cores')).toThrow('no section for the machine');
  });
});

describe('slugOf', () => {
  it.each([
    ['SQS, slow handlers', 'sqs-slow-handlers'],
    ['grid, handler of 10 ms', 'grid-handler-of-10-ms'],
  ])('%s', (name, slug) => {
    expect(slugOf(name)).toBe(slug);
  });
});
