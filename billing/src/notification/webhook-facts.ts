/** What the mail about a webhook endpoint that was given up is made of. */
import {
  Prisma,
  type Locale,
  type SqlRunner,
  type WebhookDisabledReason,
  type WebhookFailure,
} from '@4geeks/prisma';
import { formatDay } from './format-day.ts';
import type { MerchantFacts } from './merchant-facts.ts';
import type { NotificationVariables } from './template-variables.ts';

export interface WebhookFacts {
  /** Of the owner it goes to; '' where they are no user any more. */
  staffName: string;
  url: string;
  disabledReason: WebhookDisabledReason | null;
  failingSince: Date | null;
  /** Of the newest delivery that was tried. */
  responseStatus: number | null;
  failure: WebhookFailure | null;
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

/** @returns those that there are, by the EmailMessage's id. */
export async function loadWebhookFacts(
  sql: SqlRunner,
  emailMessageIds: readonly string[],
): Promise<Map<string, WebhookFacts>> {
  if (emailMessageIds.length === 0) return new Map();
  const rows = await sql.query<WebhookFacts & { emailMessageId: string }>(Prisma.sql`
    SELECT message.id AS "emailMessageId", coalesce(staff.name, '') AS "staffName", endpoint.url,
      endpoint."disabledReason", endpoint."failingSince", last."responseStatus", last.failure
    FROM "EmailMessage" AS message
    JOIN "WebhookEndpoint" AS endpoint ON endpoint."merchantId" = message."merchantId"
      AND endpoint.id = message."webhookEndpointId"
    LEFT JOIN "StaffUser" AS staff ON staff.email = message."toAddress"
    LEFT JOIN LATERAL (
      SELECT "responseStatus", failure FROM "WebhookDelivery" AS delivery
      WHERE delivery."merchantId" = endpoint."merchantId" AND delivery."endpointId" = endpoint.id
        AND (delivery."responseStatus" IS NOT NULL OR delivery.failure <> 'ENDPOINT_DISABLED')
      ORDER BY delivery.sequence DESC
      LIMIT 1
    ) AS last ON true
    WHERE message.id = ANY(${emailMessageIds}::uuid[])`);
  return new Map(rows.map(({ emailMessageId, ...facts }) => [emailMessageId, facts]));
}

export function webhookVariables(
  locale: Locale,
  facts: WebhookFacts,
  merchant: MerchantFacts,
): NotificationVariables<'WEBHOOK_DISABLED'> {
  const { failingSince } = facts;
  return {
    staff_name: facts.staffName,
    company_name: merchant.portalSettings?.companyName || merchant.name,
    webhook_url: withoutQuery(facts.url),
    webhook_gone: String(facts.disabledReason === 'GONE'),
    failing_since: failingSince ? formatDay(failingSince, locale, merchant.timeZone) : '',
    last_answer: answerOf(facts, locale),
  };
}

/** A query may hold a secret of the receiver's. */
function withoutQuery(text: string): string {
  const url = new URL(text);
  url.search = '';
  return url.href;
}

function answerOf(
  { responseStatus, failure }: Pick<WebhookFacts, 'responseStatus' | 'failure'>,
  locale: Locale,
): string {
  if (responseStatus !== null) return `HTTP ${responseStatus}`;
  return failure && failure !== 'ENDPOINT_DISABLED' ? failures[locale][failure] : '';
}
