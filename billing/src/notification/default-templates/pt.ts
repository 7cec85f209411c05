import type { KindTexts } from '../kinds.ts';

export const pt: KindTexts = {
  INVOICE_CREATED: {
    subject: 'Sua fatura {{ invoice_number }} de {{ company_name }}',
    body: `Olá, {{ customer_name }},

aqui está a sua fatura{% if subscription_name %} de {{ subscription_name }}{% endif %}.

| | |
|---|---|
| Fatura | {{ invoice_number }} |
| Valor | **{{ amount_due }}** |
{% if due_date %}| Vencimento | {{ due_date }} |
{% endif %}{% if period_start %}| Período de cobrança | {{ period_start }} – {{ period_end }} |
{% endif %}
{% if card_last4 %}Você não precisa fazer nada: a cobrança será feita em {{ card_brand }}\u00a0••••\u00a0{{ card_last4 }}.{% endif %}

{% if customer_portal_link %}
[Ver fatura]({{ customer_portal_link }})
{% else %}
Alguma dúvida? Escreva para [{{ support_email }}](mailto:{{ support_email }}).
{% endif %}
`,
  },
  PAYMENT_FAILED: {
    subject: 'Seu pagamento de {{ amount_due }} para {{ company_name }} não foi concluído',
    body: `Olá, {{ customer_name }},

não conseguimos cobrar o seu pagamento de **{{ amount_due }}**{% if subscription_name %} referente a {{ subscription_name }}{% endif %}.

> {{ decline_reason }}

{% if customer_portal_link %}
Adicione um método de pagamento válido e tentaremos a cobrança de novo imediatamente. Leva cerca de um minuto.

[Atualizar método de pagamento]({{ customer_portal_link }})
{% else %}
Escreva para [{{ support_email }}](mailto:{{ support_email }}) e resolveremos isso juntos.
{% endif %}

| | |
|---|---|
| Fatura | {{ invoice_number }} |
| Valor | {{ amount_due }} |
{% if card_last4 %}| Método de pagamento | {{ card_brand }} ••••\u00a0{{ card_last4 }} |
{% endif %}{% if next_attempt_date %}| Próxima tentativa | {{ next_attempt_date }} |
{% endif %}
`,
  },
  PAYMENT_RECEIPT: {
    subject: 'Recibo do seu pagamento de {{ amount_paid }} para {{ company_name }}',
    body: `Olá, {{ customer_name }},

obrigado! Recebemos o seu pagamento{% if subscription_name %} referente a {{ subscription_name }}{% endif %}.

| | |
|---|---|
| Valor pago | **{{ amount_paid }}** |
| Pago em | {{ paid_at }} |
| Fatura | {{ invoice_number }} |
{% if card_last4 %}| Método de pagamento | {{ card_brand }} ••••\u00a0{{ card_last4 }} |
{% endif %}{% if period_start %}| Período de cobrança | {{ period_start }} – {{ period_end }} |
{% endif %}
{% if customer_portal_link %}
[Ver cobranças]({{ customer_portal_link }})
{% endif %}
`,
  },
  PAYMENT_ACTION_REQUIRED: {
    subject: 'Confirme o seu pagamento de {{ amount_due }} para {{ company_name }}',
    body: `Olá, {{ customer_name }},

o seu banco quer ter certeza de que é você antes de nos deixar cobrar **{{ amount_due }}**{% if subscription_name %} referente a {{ subscription_name }}{% endif %}.

{% if customer_portal_link %}
Confirme o pagamento até {{ confirm_by }}. Leva só um instante, e a cobrança é feita na hora.

[Confirmar pagamento]({{ customer_portal_link }})
{% else %}
Escreva para [{{ support_email }}](mailto:{{ support_email }}) e resolveremos juntos.
{% endif %}

| | |
|---|---|
| Fatura | {{ invoice_number }} |
| Valor | {{ amount_due }} |
{% if card_last4 %}| Método de pagamento | {{ card_brand }} ••••\u00a0{{ card_last4 }} |
{% endif %}| Confirmar até | {{ confirm_by }} |
`,
  },
  PAYMENT_METHOD_EXPIRING: {
    subject: 'O seu cartão {{ card_brand }} para {{ company_name }} vence em breve',
    body: `Olá, {{ customer_name }},

o seu cartão {{ card_brand }} com final {{ card_last4 }} é válido até **{{ expiry_date }}**. É com ele que se paga {{ subscription_name }}.

{% if customer_portal_link %}
Adicione agora o seu novo cartão, e tudo continua sem interrupção. Leva cerca de um minuto.

[Atualizar método de pagamento]({{ customer_portal_link }})
{% else %}
Escreva para [{{ support_email }}](mailto:{{ support_email }}) e resolveremos juntos.
{% endif %}

| | |
|---|---|
| Método de pagamento | {{ card_brand }} ••••\u00a0{{ card_last4 }} |
| Válido até | {{ expiry_date }} |
| Paga | {{ subscription_name }} |
`,
  },
  WEBHOOK_DISABLED: {
    subject: 'Deixamos de enviar webhooks para {{ webhook_url }}',
    body: `Olá, {{ staff_name }}!

{% if webhook_gone == 'true' %}O endpoint de webhooks de {{ company_name }} abaixo informou que não existe mais (410), por isso não enviamos mais eventos para ele.{% else %}O endpoint de webhooks de {{ company_name }} abaixo só apresenta falhas desde **{{ failing_since }}**, por isso não enviamos mais eventos para ele.{% endif %}

| | |
|---|---|
| Endereço | {{ webhook_url }} |
| Última resposta | {{ last_answer }} |

Quando voltar a funcionar, ative-o no console, em Configurações > Webhooks, ou pela API (updateWebhookEndpoint). Ele receberá o que acontecer a partir desse momento; as entregas que falharam também podem ser reenviadas ali, uma a uma.
`,
  },
  STAFF_INVITATION: {
    subject: 'Entre na equipe de {{ company_name }} no 4Geeks Payments',
    body: `Olá!

{% if inviter_name %}{{ inviter_name }} convida você{% else %}Você recebeu um convite{% endif %} para entrar na equipe de **{{ company_name }}** no 4Geeks Payments.

[Entrar na equipe]({{ invitation_link }})

| | |
|---|---|
| Função | {{ staff_role }} |
| Válido até | {{ expiry_date }} |

O link funciona uma única vez. Se você não esperava este e-mail, ignore-o: nada acontece sem você. Não o repasse.
`,
  },
  SIGN_IN_LINK: {
    subject: 'Entre em {{ company_name }}',
    body: `Olá{% if customer_name %}, {{ customer_name }}{% endif %},

com este link você entra na sua área de cobrança em {{ company_name }}. Ele funciona uma única vez e expira em {{ expires_in_minutes }} minutos.

[Entrar]({{ sign_in_link }})

Ou digite este código onde você pediu o link:

## {{ sign_in_code }}

Se você não pediu este e-mail, ignore-o: sem ele ninguém consegue entrar. Nunca compartilhe o código.
`,
  },
};
