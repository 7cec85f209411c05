/** What an endpoint may be: the rules of its input. */
import { InvalidInputError } from '../errors.ts';
import type { WebhookSender } from '../ports.ts';
import { publicEventTypes } from './public-events.ts';

const longestUrl = 2000;
const longestDescription = 200;

/**
 * @returns the address, normalized.
 * @throws InvalidInputError URL_INVALID, URL_NOT_HTTPS, URL_NOT_PUBLIC
 */
export async function checkUrl(text: string, webhooks: WebhookSender): Promise<string> {
  const url = URL.parse(text.trim());
  if (
    !url ||
    !/^https?:$/.test(url.protocol) ||
    url.username !== '' ||
    url.password !== '' ||
    url.hash !== '' ||
    url.href.length > longestUrl
  ) {
    throw new InvalidInputError(
      'url',
      'URL_INVALID',
      'Give an absolute https address without user, password or fragment.',
      { longestUrl },
    );
  }
  const refusal = await webhooks.refusalOf(url.href);
  if (refusal === 'URL_NOT_HTTPS') throw new InvalidInputError('url', refusal, 'Use https.');
  if (refusal === 'URL_NOT_PUBLIC') {
    throw new InvalidInputError('url', refusal, 'It is not an address on the public internet.');
  }
  return url.href;
}

/**
 * @returns each once, in the order of the list of types. Empty: all of them.
 * @throws InvalidInputError EVENT_TYPE_UNKNOWN
 */
export function checkEventTypes(eventTypes: readonly string[]): string[] {
  const wanted = new Set(eventTypes);
  const known = publicEventTypes.filter((type) => wanted.has(type));
  if (known.length < wanted.size) {
    const unknown = [...wanted].find((type) => !known.some((each) => each === type)) ?? '';
    throw new InvalidInputError(
      'eventTypes',
      'EVENT_TYPE_UNKNOWN',
      'There is no such event type, or webhooks do not tell of it.',
      { eventType: unknown.slice(0, 100) },
    );
  }
  return known;
}

/** @throws InvalidInputError DESCRIPTION_TOO_LONG */
export function checkDescription(text: string): string {
  const description = text.trim();
  if (description.length > longestDescription) {
    throw new InvalidInputError(
      'description',
      'DESCRIPTION_TOO_LONG',
      `Use up to ${longestDescription} characters.`,
      { longestDescription },
    );
  }
  return description;
}
