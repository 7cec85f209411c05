import type { KindTexts } from '../kinds.ts';

export const de: KindTexts = {
  INVOICE_CREATED: {
    subject: 'Ihre Rechnung {{ invoice_number }} von {{ company_name }}',
    body: `Guten Tag {{ customer_name }},

hier ist Ihre Rechnung{% if subscription_name %} für {{ subscription_name }}{% endif %}.

| | |
|---|---|
| Rechnung | {{ invoice_number }} |
| Betrag | **{{ amount_due }}** |
{% if due_date %}| Fällig am | {{ due_date }} |
{% endif %}{% if period_start %}| Abrechnungszeitraum | {{ period_start }} – {{ period_end }} |
{% endif %}
{% if card_last4 %}Sie müssen nichts tun: Wir belasten {{ card_brand }}\u00a0••••\u00a0{{ card_last4 }}.{% endif %}

{% if customer_portal_link %}
[Rechnung ansehen]({{ customer_portal_link }})
{% else %}
Fragen? Schreiben Sie uns an [{{ support_email }}](mailto:{{ support_email }}).
{% endif %}
`,
  },
  PAYMENT_FAILED: {
    subject: 'Ihre Zahlung von {{ amount_due }} an {{ company_name }} ist fehlgeschlagen',
    body: `Guten Tag {{ customer_name }},

wir konnten Ihre Zahlung von **{{ amount_due }}**{% if subscription_name %} für {{ subscription_name }}{% endif %} nicht einziehen.

> {{ decline_reason }}

{% if customer_portal_link %}
Hinterlegen Sie eine gültige Zahlungsmethode, und wir versuchen die Zahlung sofort noch einmal. Das dauert etwa eine Minute.

[Zahlungsmethode aktualisieren]({{ customer_portal_link }})
{% else %}
Bitte schreiben Sie uns an [{{ support_email }}](mailto:{{ support_email }}), wir finden gemeinsam eine Lösung.
{% endif %}

| | |
|---|---|
| Rechnung | {{ invoice_number }} |
| Betrag | {{ amount_due }} |
{% if card_last4 %}| Zahlungsmethode | {{ card_brand }} ••••\u00a0{{ card_last4 }} |
{% endif %}{% if next_attempt_date %}| Nächster Versuch | {{ next_attempt_date }} |
{% endif %}
`,
  },
  PAYMENT_RECEIPT: {
    subject: 'Beleg über Ihre Zahlung von {{ amount_paid }} an {{ company_name }}',
    body: `Guten Tag {{ customer_name }},

vielen Dank! Wir haben Ihre Zahlung{% if subscription_name %} für {{ subscription_name }}{% endif %} erhalten.

| | |
|---|---|
| Bezahlt | **{{ amount_paid }}** |
| Bezahlt am | {{ paid_at }} |
| Rechnung | {{ invoice_number }} |
{% if card_last4 %}| Zahlungsmethode | {{ card_brand }} ••••\u00a0{{ card_last4 }} |
{% endif %}{% if period_start %}| Abrechnungszeitraum | {{ period_start }} – {{ period_end }} |
{% endif %}
{% if customer_portal_link %}
[Abrechnung ansehen]({{ customer_portal_link }})
{% endif %}
`,
  },
  PAYMENT_ACTION_REQUIRED: {
    subject: 'Bitte bestätigen Sie Ihre Zahlung von {{ amount_due }} an {{ company_name }}',
    body: `Guten Tag {{ customer_name }},

Ihre Bank möchte sichergehen, dass Sie es sind, bevor wir **{{ amount_due }}**{% if subscription_name %} für {{ subscription_name }}{% endif %} einziehen dürfen.

{% if customer_portal_link %}
Bestätigen Sie die Zahlung bis zum {{ confirm_by }}. Es dauert nur einen Moment, und die Zahlung wird sofort ausgeführt.

[Zahlung bestätigen]({{ customer_portal_link }})
{% else %}
Bitte schreiben Sie uns an [{{ support_email }}](mailto:{{ support_email }}), wir finden gemeinsam eine Lösung.
{% endif %}

| | |
|---|---|
| Rechnung | {{ invoice_number }} |
| Betrag | {{ amount_due }} |
{% if card_last4 %}| Zahlungsmethode | {{ card_brand }} ••••\u00a0{{ card_last4 }} |
{% endif %}| Bestätigen bis | {{ confirm_by }} |
`,
  },
  PAYMENT_METHOD_EXPIRING: {
    subject: 'Ihre {{ card_brand }}-Karte für {{ company_name }} läuft bald ab',
    body: `Guten Tag {{ customer_name }},

Ihre {{ card_brand }}-Karte mit den Endziffern {{ card_last4 }} ist gültig bis **{{ expiry_date }}**. Mit ihr bezahlen Sie {{ subscription_name }}.

{% if customer_portal_link %}
Hinterlegen Sie jetzt Ihre neue Karte, und alles läuft ohne Unterbrechung weiter. Es dauert etwa eine Minute.

[Zahlungsmethode aktualisieren]({{ customer_portal_link }})
{% else %}
Bitte schreiben Sie uns an [{{ support_email }}](mailto:{{ support_email }}), wir finden gemeinsam eine Lösung.
{% endif %}

| | |
|---|---|
| Zahlungsmethode | {{ card_brand }} ••••\u00a0{{ card_last4 }} |
| Gültig bis | {{ expiry_date }} |
| Bezahlt | {{ subscription_name }} |
`,
  },
  WEBHOOK_DISABLED: {
    subject: 'Wir senden keine Webhooks mehr an {{ webhook_url }}',
    body: `Hallo {{ staff_name }},

{% if webhook_gone == 'true' %}der unten genannte Webhook-Endpunkt von {{ company_name }} hat gemeldet, dass es ihn nicht mehr gibt (410). Wir senden ihm deshalb keine Ereignisse mehr.{% else %}der unten genannte Webhook-Endpunkt von {{ company_name }} liefert seit dem **{{ failing_since }}** nur noch Fehler. Wir senden ihm deshalb keine Ereignisse mehr.{% endif %}

| | |
|---|---|
| Adresse | {{ webhook_url }} |
| Letzte Antwort | {{ last_answer }} |

Sobald er wieder funktioniert, schalten Sie ihn in der Konsole unter Einstellungen > Webhooks ein, oder über die API (updateWebhookEndpoint). Er erfährt dann, was von da an geschieht; fehlgeschlagene Zustellungen lassen sich dort auch einzeln wiederholen.
`,
  },
  STAFF_INVITATION: {
    subject: 'Einladung in das Team von {{ company_name }} bei 4Geeks Payments',
    body: `Hallo,

{% if inviter_name %}{{ inviter_name }} lädt Sie ein{% else %}Sie sind eingeladen{% endif %}, dem Team von **{{ company_name }}** bei 4Geeks Payments beizutreten.

[Dem Team beitreten]({{ invitation_link }})

| | |
|---|---|
| Rolle | {{ staff_role }} |
| Gültig bis | {{ expiry_date }} |

Der Link gilt einmal. Wenn Sie diese E-Mail nicht erwartet haben, ignorieren Sie sie: Ohne Sie geschieht nichts. Geben Sie sie nicht weiter.
`,
  },
  SIGN_IN_LINK: {
    subject: 'Anmeldung bei {{ company_name }}',
    body: `Guten Tag{% if customer_name %} {{ customer_name }}{% endif %},

mit diesem Link melden Sie sich zu Ihrer Abrechnung bei {{ company_name }} an. Er gilt einmal und läuft in {{ expires_in_minutes }} Minuten ab.

[Anmelden]({{ sign_in_link }})

Oder geben Sie diesen Code dort ein, wo Sie den Link angefordert haben:

## {{ sign_in_code }}

Wenn Sie diese E-Mail nicht angefordert haben, ignorieren Sie sie: Ohne sie kann sich niemand anmelden. Geben Sie den Code nie weiter.
`,
  },
};
