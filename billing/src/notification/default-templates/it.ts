import type { KindTexts } from '../kinds.ts';

export const it: KindTexts = {
  INVOICE_CREATED: {
    subject: 'La tua fattura {{ invoice_number }} da {{ company_name }}',
    body: `Ciao {{ customer_name }},

ecco la tua fattura{% if subscription_name %} per {{ subscription_name }}{% endif %}.

| | |
|---|---|
| Fattura | {{ invoice_number }} |
| Importo | **{{ amount_due }}** |
{% if due_date %}| Scadenza | {{ due_date }} |
{% endif %}{% if period_start %}| Periodo di fatturazione | {{ period_start }} – {{ period_end }} |
{% endif %}
{% if card_last4 %}Non devi fare nulla: l’addebito avverrà su {{ card_brand }}\u00a0••••\u00a0{{ card_last4 }}.{% endif %}

{% if customer_portal_link %}
[Vedi fattura]({{ customer_portal_link }})
{% else %}
Domande? Scrivici a [{{ support_email }}](mailto:{{ support_email }}).
{% endif %}
`,
  },
  PAYMENT_FAILED: {
    subject: 'Il tuo pagamento di {{ amount_due }} a {{ company_name }} non è riuscito',
    body: `Ciao {{ customer_name }},

non siamo riusciti a riscuotere il tuo pagamento di **{{ amount_due }}**{% if subscription_name %} per {{ subscription_name }}{% endif %}.

> {{ decline_reason }}

{% if customer_portal_link %}
Aggiungi un metodo di pagamento valido e ritenteremo subito l’addebito. Ci vuole circa un minuto.

[Aggiorna metodo di pagamento]({{ customer_portal_link }})
{% else %}
Scrivici a [{{ support_email }}](mailto:{{ support_email }}) e troveremo insieme una soluzione.
{% endif %}

| | |
|---|---|
| Fattura | {{ invoice_number }} |
| Importo | {{ amount_due }} |
{% if card_last4 %}| Metodo di pagamento | {{ card_brand }} ••••\u00a0{{ card_last4 }} |
{% endif %}{% if next_attempt_date %}| Prossimo tentativo | {{ next_attempt_date }} |
{% endif %}
`,
  },
  PAYMENT_RECEIPT: {
    subject: 'Ricevuta del tuo pagamento di {{ amount_paid }} a {{ company_name }}',
    body: `Ciao {{ customer_name }},

grazie! Abbiamo ricevuto il tuo pagamento{% if subscription_name %} per {{ subscription_name }}{% endif %}.

| | |
|---|---|
| Importo pagato | **{{ amount_paid }}** |
| Pagato il | {{ paid_at }} |
| Fattura | {{ invoice_number }} |
{% if card_last4 %}| Metodo di pagamento | {{ card_brand }} ••••\u00a0{{ card_last4 }} |
{% endif %}{% if period_start %}| Periodo di fatturazione | {{ period_start }} – {{ period_end }} |
{% endif %}
{% if customer_portal_link %}
[Vedi fatturazione]({{ customer_portal_link }})
{% endif %}
`,
  },
  PAYMENT_ACTION_REQUIRED: {
    subject: 'Conferma il tuo pagamento di {{ amount_due }} a {{ company_name }}',
    body: `Ciao {{ customer_name }},

la tua banca vuole essere sicura che sia tu prima di lasciarci incassare **{{ amount_due }}**{% if subscription_name %} per {{ subscription_name }}{% endif %}.

{% if customer_portal_link %}
Conferma il pagamento entro il {{ confirm_by }}. Basta un attimo, e l’addebito è immediato.

[Conferma pagamento]({{ customer_portal_link }})
{% else %}
Scrivici a [{{ support_email }}](mailto:{{ support_email }}) e troveremo insieme una soluzione.
{% endif %}

| | |
|---|---|
| Fattura | {{ invoice_number }} |
| Importo | {{ amount_due }} |
{% if card_last4 %}| Metodo di pagamento | {{ card_brand }} ••••\u00a0{{ card_last4 }} |
{% endif %}| Conferma entro il | {{ confirm_by }} |
`,
  },
  PAYMENT_METHOD_EXPIRING: {
    subject: 'La tua carta {{ card_brand }} per {{ company_name }} sta per scadere',
    body: `Ciao {{ customer_name }},

la tua carta {{ card_brand }} che termina con {{ card_last4 }} è valida fino a **{{ expiry_date }}**. Serve a pagare {{ subscription_name }}.

{% if customer_portal_link %}
Aggiungi ora la tua nuova carta e tutto continuerà senza interruzioni. Ci vuole circa un minuto.

[Aggiorna metodo di pagamento]({{ customer_portal_link }})
{% else %}
Scrivici a [{{ support_email }}](mailto:{{ support_email }}) e troveremo insieme una soluzione.
{% endif %}

| | |
|---|---|
| Metodo di pagamento | {{ card_brand }} ••••\u00a0{{ card_last4 }} |
| Valida fino a | {{ expiry_date }} |
| Paga | {{ subscription_name }} |
`,
  },
  WEBHOOK_DISABLED: {
    subject: 'Non inviamo più webhook a {{ webhook_url }}',
    body: `Ciao {{ staff_name }},

{% if webhook_gone == 'true' %}l’endpoint webhook di {{ company_name }} indicato sotto ha risposto che non esiste più (410), quindi non gli inviamo più eventi.{% else %}l’endpoint webhook di {{ company_name }} indicato sotto dà solo errori dal **{{ failing_since }}**, quindi non gli inviamo più eventi.{% endif %}

| | |
|---|---|
| Indirizzo | {{ webhook_url }} |
| Ultima risposta | {{ last_answer }} |

Quando funziona di nuovo, attivalo nella console, in Impostazioni > Webhooks, o tramite l’API (updateWebhookEndpoint). Riceverà ciò che accade da quel momento in poi; anche le consegne non riuscite si possono inviare di nuovo lì, una per una.
`,
  },
  STAFF_INVITATION: {
    subject: 'Entra nel team di {{ company_name }} su 4Geeks Payments',
    body: `Ciao,

{% if inviter_name %}{{ inviter_name }} ti invita a entrare{% else %}sei invitato a entrare{% endif %} nel team di **{{ company_name }}** su 4Geeks Payments.

[Entra nel team]({{ invitation_link }})

| | |
|---|---|
| Ruolo | {{ staff_role }} |
| Valido fino al | {{ expiry_date }} |

Il link vale una sola volta. Se non aspettavi questa email, ignorala: senza di te non succede nulla. Non inoltrarla.
`,
  },
  SIGN_IN_LINK: {
    subject: 'Accedi a {{ company_name }}',
    body: `Ciao{% if customer_name %} {{ customer_name }}{% endif %},

con questo link accedi alla tua fatturazione presso {{ company_name }}. Vale una sola volta e scade tra {{ expires_in_minutes }} minuti.

[Accedi]({{ sign_in_link }})

Oppure inserisci questo codice dove hai richiesto il link:

## {{ sign_in_code }}

Se non hai richiesto questa email, ignorala: senza di essa nessuno può accedere. Non condividere mai il codice.
`,
  },
};
