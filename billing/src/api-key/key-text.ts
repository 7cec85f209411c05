/**
 * What an API key looks like: `sk_test_` or `sk_live_`, 30 random characters, and 6 that follow from
 * them. So a typo is told from a key that was revoked without asking the database, and scanners of
 * repositories find a key by `sk_(test|live)_[0-9A-Za-z]{36}` without false alarms.
 */
import { randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { MerchantMode } from '@4geeks/prisma';

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 30 of 62 characters: 178 bits. */
const randomLength = 30;
/** Enough for 32 bits in base 62. */
const checksumLength = 6;

const pattern = new RegExp(
  `^(sk_(?:test|live)_[0-9A-Za-z]{${randomLength}})([0-9A-Za-z]{${checksumLength}})$`,
);
/** As keys were before they had a checksum; those in use go on working. */
const withoutChecksum = /^(?:test|live)_[\w-]{43}$/;

/** @returns a new key for a merchant of this mode. */
export function newApiKeyText(mode: MerchantMode): string {
  const random = Array.from({ length: randomLength }, () => digits[randomInt(digits.length)]);
  const key = `sk_${mode === 'LIVE' ? 'live' : 'test'}_${random.join('')}`;
  return key + checksumOf(key);
}

/** Whether `text` can be a key at all; false: it was mistyped, cut off, or never was one. */
export function isApiKeyText(text: string): boolean {
  const match = pattern.exec(text);
  return match ? checksumOf(match[1]!) === match[2] : withoutChecksum.test(text);
}

/** What lists show of a key: enough to recognise it, too little to use it. */
export function shownOf(key: string): { prefix: string; last4: string } {
  return { prefix: key.slice(0, 12), last4: key.slice(-4) };
}

/** CRC-32 in base 62, the highest digit first. */
function checksumOf(text: string): string {
  let rest = crc32(text);
  let checksum = '';
  for (let place = 0; place < checksumLength; place++) {
    checksum = digits[rest % digits.length] + checksum;
    rest = Math.floor(rest / digits.length);
  }
  return checksum;
}
