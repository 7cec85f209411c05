import { isIP } from 'node:net';
import { describe, expect, it } from 'vitest';

import { networkOf } from './node-request.ts';

describe('networkOf', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
    ['2001:0db8:0001:0002::ffff', '2001:db8:1:2::'],
    ['2001:db8::1', '2001:db8:0:0::'],
    ['2001:db8:0:0:ffff::1', '2001:db8:0:0::'],
    ['::1', '0:0:0:0::'],
    ['fe80::1%eth0', 'fe80:0:0:0::'],
    ['1::2:3:4:5:6:7', '1:0:2:3::'],
  ])('of %s is %s, an address too', (address, network) => {
    expect(networkOf(address)).toBe(network);
    expect(isIP(network)).not.toBe(0);
  });

  it('leaves what is no address as it is', () => {
    expect(networkOf('unknown')).toBe('unknown');
  });
});
