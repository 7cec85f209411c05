/** What the mail about a webhook endpoint that was given up is made of. */
import type { DatabaseReader, EmailMessage, Locale, WebhookFailure } from '@4geeks/prisma';
import { NotFoundError } from '../errors.ts';
import { formatDay } from './format-day.ts';
import type { MerchantFacts } from './mail-facts.ts';
import type { NotificationVariables } from './template-variables.ts';

export interface WebhookFacts {
  merchant: MerchantFacts;
  /** Of the owner it goes to. */
  name: string;
  variables: NotificationVariables<'WEBHOOK_DISABLED'>;
}

type Unanswered = Exclude<WebhookFailure, 'ENDPOINT_DISABLED'>;

/** In place of an answer. */
const failures: Record<Locale, Record<Unanswered, string>> = {
  en: {
    TIMEOUT: 'No answer within 10 seconds',
    ADDRESS_REFUSED: 'Not an address on the public internet',
    NAME_NOT_RESOLVED: 'Its name could not be resolved',
    TLS_FAILED: 'No secure connection (TLS)',
    CONNECTION_FAILED: 'No connection',
  },
  es: {
    TIMEOUT: 'Sin respuesta en 10 segundos',
    ADDRESS_REFUSED: 'No es una dirección de internet pública',
    NAME_NOT_RESOLVED: 'No se pudo resolver su nombre',
    TLS_FAILED: 'Sin conexión segura (TLS)',
    CONNECTION_FAILED: 'Sin conexión',
  },
  de: {
    TIMEOUT: 'Keine Antwort innerhalb von 10 Sekunden',
    ADDRESS_REFUSED: 'Keine Adresse im öffentlichen Internet',
    NAME_NOT_RESOLVED: 'Der Name ließ sich nicht auflösen',
    TLS_FAILED: 'Keine sichere Verbindung (TLS)',
    CONNECTION_FAILED: 'Keine Verbindung',
  },
  pt: {
    TIMEOUT: 'Sem resposta em 10 segundos',
    ADDRESS_REFUSED: 'Não é um endereço da internet pública',
    NAME_NOT_RESOLVED: 'Não foi possível resolver o nome',
    TLS_FAILED: 'Sem conexão segura (TLS)',
    CONNECTION_FAILED: 'Sem conexão',
  },
  it: {
    TIMEOUT: 'Nessuna risposta entro 10 secondi',
    ADDRESS_REFUSED: 'Non è un indirizzo della rete pubblica',
    NAME_NOT_RESOLVED: 'Impossibile risolvere il nome',
    TLS_FAILED: 'Nessuna connessione sicura (TLS)',
    CONNECTION_FAILED: 'Nessuna connessione',
  },
};

/** @throws NotFoundError when the merchant has no such endpoint */
export async function loadWebhookFacts(
  database: DatabaseReader,
  { merchantId, webhookEndpointId, toAddress, locale }: EmailMessage,
): Promise<WebhookFacts> {
  const endpoint = await database.webhookEndpoint.findUnique({
    where: { merchantId_id: { merchantId, id: webhookEndpointId ?? '' } },
    include: { merchant: { include: { portalSettings: true } } },
  });
  if (!endpoint) throw new NotFoundError('webhook endpoint');
  const reader = await database.staffUser.findUnique({ where: { email: toAddress } });
  const last = await database.webhookDelivery.findFirst({
    where: { merchantId, endpointId: endpoint.id, lastAttemptAt: { not: null } },
    orderBy: { lastAttemptAt: 'desc' },
  });
  const { merchant, failingSince } = endpoint;
  return {
    merchant,
    name: reader?.name ?? '',
    variables: {
      staff_name: reader?.name ?? '',
      company_name: merchant.portalSettings?.companyName || merchant.name,
      webhook_url: withoutQuery(endpoint.url),
      webhook_gone: String(endpoint.disabledReason === 'GONE'),
      failing_since: failingSince ? formatDay(failingSince, locale, merchant.timeZone) : '',
      last_answer: answerOf(last, locale),
    },
  };
}

/** A query may hold a secret of the receiver's. */
function withoutQuery(text: string): string {
  const url = new URL(text);
  url.search = '';
  return url.href;
}

function answerOf(
  last: { responseStatus: number | null; failure: WebhookFailure | null } | null,
  locale: Locale,
): string {
  if (last?.responseStatus) return `HTTP ${last.responseStatus}`;
  return last?.failure && last.failure !== 'ENDPOINT_DISABLED'
    ? failures[locale][last.failure]
    : '';
}
