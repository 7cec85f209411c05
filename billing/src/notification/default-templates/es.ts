import type { KindTexts } from '../kinds.ts';

export const es: KindTexts = {
  INVOICE_CREATED: {
    subject: 'Su factura {{ invoice_number }} de {{ company_name }}',
    body: `Hola, {{ customer_name }}:

Aquí tiene su factura{% if subscription_name %} de {{ subscription_name }}{% endif %}.

| | |
|---|---|
| Factura | {{ invoice_number }} |
| Importe | **{{ amount_due }}** |
{% if due_date %}| Vencimiento | {{ due_date }} |
{% endif %}{% if period_start %}| Período de facturación | {{ period_start }} – {{ period_end }} |
{% endif %}
{% if card_last4 %}No tiene que hacer nada: haremos el cargo en {{ card_brand }}\u00a0••••\u00a0{{ card_last4 }}.{% endif %}

{% if customer_portal_link %}
[Ver factura]({{ customer_portal_link }})
{% else %}
¿Alguna pregunta? Escríbanos a [{{ support_email }}](mailto:{{ support_email }}).
{% endif %}
`,
  },
  PAYMENT_FAILED: {
    subject: 'No se pudo realizar su pago de {{ amount_due }} a {{ company_name }}',
    body: `Hola, {{ customer_name }}:

No hemos podido cobrar su pago de **{{ amount_due }}**{% if subscription_name %} por {{ subscription_name }}{% endif %}.

> {{ decline_reason }}

{% if customer_portal_link %}
Añada un método de pago válido y volveremos a intentar el cobro de inmediato. Solo le llevará un minuto.

[Actualizar método de pago]({{ customer_portal_link }})
{% else %}
Escríbanos a [{{ support_email }}](mailto:{{ support_email }}) y lo resolveremos juntos.
{% endif %}

| | |
|---|---|
| Factura | {{ invoice_number }} |
| Importe | {{ amount_due }} |
{% if card_last4 %}| Método de pago | {{ card_brand }} ••••\u00a0{{ card_last4 }} |
{% endif %}{% if next_attempt_date %}| Próximo intento | {{ next_attempt_date }} |
{% endif %}
`,
  },
  PAYMENT_RECEIPT: {
    subject: 'Recibo de su pago de {{ amount_paid }} a {{ company_name }}',
    body: `Hola, {{ customer_name }}:

¡Gracias! Hemos recibido su pago{% if subscription_name %} por {{ subscription_name }}{% endif %}.

| | |
|---|---|
| Importe pagado | **{{ amount_paid }}** |
| Fecha de pago | {{ paid_at }} |
| Factura | {{ invoice_number }} |
{% if card_last4 %}| Método de pago | {{ card_brand }} ••••\u00a0{{ card_last4 }} |
{% endif %}{% if period_start %}| Período de facturación | {{ period_start }} – {{ period_end }} |
{% endif %}
{% if customer_portal_link %}
[Ver facturación]({{ customer_portal_link }})
{% endif %}
`,
  },
  PAYMENT_ACTION_REQUIRED: {
    subject: 'Confirme su pago de {{ amount_due }} a {{ company_name }}',
    body: `Hola, {{ customer_name }}:

Su banco quiere asegurarse de que es usted antes de permitirnos cobrar **{{ amount_due }}**{% if subscription_name %} por {{ subscription_name }}{% endif %}.

{% if customer_portal_link %}
Confirme el pago a más tardar el {{ confirm_by }}. Es solo un momento y se cobra enseguida.

[Confirmar pago]({{ customer_portal_link }})
{% else %}
Escríbanos a [{{ support_email }}](mailto:{{ support_email }}) y lo resolveremos juntos.
{% endif %}

| | |
|---|---|
| Factura | {{ invoice_number }} |
| Importe | {{ amount_due }} |
{% if card_last4 %}| Método de pago | {{ card_brand }} ••••\u00a0{{ card_last4 }} |
{% endif %}| Confirmar hasta el | {{ confirm_by }} |
`,
  },
  PAYMENT_METHOD_EXPIRING: {
    subject: 'Su tarjeta {{ card_brand }} para {{ company_name }} caduca pronto',
    body: `Hola, {{ customer_name }}:

Su tarjeta {{ card_brand }} terminada en {{ card_last4 }} es válida hasta **{{ expiry_date }}**. Con ella se paga {{ subscription_name }}.

{% if customer_portal_link %}
Añada ya su nueva tarjeta y todo seguirá sin interrupciones. Le llevará un minuto.

[Actualizar método de pago]({{ customer_portal_link }})
{% else %}
Escríbanos a [{{ support_email }}](mailto:{{ support_email }}) y lo resolveremos juntos.
{% endif %}

| | |
|---|---|
| Método de pago | {{ card_brand }} ••••\u00a0{{ card_last4 }} |
| Válida hasta | {{ expiry_date }} |
| Paga | {{ subscription_name }} |
`,
  },
  WEBHOOK_DISABLED: {
    subject: 'Hemos dejado de enviar webhooks a {{ webhook_url }}',
    body: `Hola, {{ staff_name }}:

{% if webhook_gone == 'true' %}El siguiente endpoint de webhooks de {{ company_name }} ha respondido que ya no existe (410), así que no le enviaremos más eventos.{% else %}El siguiente endpoint de webhooks de {{ company_name }} solo ha dado errores desde el **{{ failing_since }}**, así que no le enviaremos más eventos.{% endif %}

| | |
|---|---|
| Dirección | {{ webhook_url }} |
| Última respuesta | {{ last_answer }} |

Cuando vuelva a funcionar, actívelo en la consola, en Configuración > Webhooks, o mediante la API (updateWebhookEndpoint). Recibirá lo que ocurra desde ese momento; las entregas fallidas también se pueden reenviar allí una a una.
`,
  },
  STAFF_INVITATION: {
    subject: 'Únase al equipo de {{ company_name }} en 4Geeks Payments',
    body: `Hola:

{% if inviter_name %}{{ inviter_name }} le invita a unirse{% else %}Le invitan a unirse{% endif %} al equipo de **{{ company_name }}** en 4Geeks Payments.

[Unirse al equipo]({{ invitation_link }})

| | |
|---|---|
| Rol | {{ staff_role }} |
| Válida hasta | {{ expiry_date }} |

El enlace sirve una sola vez. Si no esperaba este correo, ignórelo: sin usted no ocurre nada. No lo comparta.
`,
  },
  SIGN_IN_LINK: {
    subject: 'Inicie sesión en {{ company_name }}',
    body: `Hola{% if customer_name %}, {{ customer_name }}{% endif %}:

Con este enlace accede a su facturación en {{ company_name }}. Sirve una sola vez y caduca en {{ expires_in_minutes }} minutos.

[Iniciar sesión]({{ sign_in_link }})

O introduzca este código donde pidió el enlace:

## {{ sign_in_code }}

Si no pidió este correo, ignórelo: sin él nadie puede iniciar sesión. No comparta nunca el código.
`,
  },
};
