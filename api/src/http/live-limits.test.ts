import { expect, it } from 'vitest';
import { LiveLimits, noLiveLimits } from './live-limits.ts';

it('counts what is open of each, once', () => {
  const limits = new LiveLimits({ ...noLiveLimits, socketsPerViewer: 2 });
  const first = limits.open('socketsPerViewer', 'ada');
  expect(limits.open('socketsPerViewer', 'ada')).not.toBeNull();
  expect(limits.open('socketsPerViewer', 'ada')).toBeNull();
  expect(limits.open('socketsPerViewer', 'bob')).not.toBeNull();
  expect(limits.open('socketsPerAddress', 'ada')).not.toBeNull();
  first!();
  first!();
  expect(limits.open('socketsPerViewer', 'ada')).not.toBeNull();
  expect(limits.open('socketsPerViewer', 'ada')).toBeNull();
});
