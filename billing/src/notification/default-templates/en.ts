import type { KindTexts } from '../kinds.ts';

export const en: KindTexts = {
  INVOICE_CREATED: {
    subject: 'Your invoice {{ invoice_number }} from {{ company_name }}',
    body: `Hello {{ customer_name }},

Here is your invoice{% if subscription_name %} for {{ subscription_name }}{% endif %}.

| | |
|---|---|
| Invoice | {{ invoice_number }} |
| Amount | **{{ amount_due }}** |
{% if due_date %}| Due on | {{ due_date }} |
{% endif %}{% if period_start %}| Billing period | {{ period_start }} – {{ period_end }} |
{% endif %}
{% if card_last4 %}You don’t need to do anything: we will charge {{ card_brand }}\u00a0••••\u00a0{{ card_last4 }}.{% endif %}

{% if customer_portal_link %}
[View Invoice]({{ customer_portal_link }})
{% else %}
Any questions? Write to us at [{{ support_email }}](mailto:{{ support_email }}).
{% endif %}
`,
  },
  PAYMENT_FAILED: {
    subject: 'Your payment of {{ amount_due }} to {{ company_name }} did not go through',
    body: `Hello {{ customer_name }},

We could not collect your payment of **{{ amount_due }}**{% if subscription_name %} for {{ subscription_name }}{% endif %}.

> {{ decline_reason }}

{% if customer_portal_link %}
Add a payment method that works, and we will try the payment again straight away. It takes about a minute.

[Update Payment Method]({{ customer_portal_link }})
{% else %}
Please write to us at [{{ support_email }}](mailto:{{ support_email }}), and we will sort it out together.
{% endif %}

| | |
|---|---|
| Invoice | {{ invoice_number }} |
| Amount | {{ amount_due }} |
{% if card_last4 %}| Payment method | {{ card_brand }} ••••\u00a0{{ card_last4 }} |
{% endif %}{% if next_attempt_date %}| Next attempt | {{ next_attempt_date }} |
{% endif %}
`,
  },
  PAYMENT_RECEIPT: {
    subject: 'Receipt for your payment of {{ amount_paid }} to {{ company_name }}',
    body: `Hello {{ customer_name }},

Thank you! We have received your payment{% if subscription_name %} for {{ subscription_name }}{% endif %}.

| | |
|---|---|
| Amount paid | **{{ amount_paid }}** |
| Paid on | {{ paid_at }} |
| Invoice | {{ invoice_number }} |
{% if card_last4 %}| Payment method | {{ card_brand }} ••••\u00a0{{ card_last4 }} |
{% endif %}{% if period_start %}| Billing period | {{ period_start }} – {{ period_end }} |
{% endif %}
{% if customer_portal_link %}
[View Billing]({{ customer_portal_link }})
{% endif %}
`,
  },
  PAYMENT_ACTION_REQUIRED: {
    subject: 'Please confirm your payment of {{ amount_due }} to {{ company_name }}',
    body: `Hello {{ customer_name }},

Your bank wants to make sure that it is you before it lets us collect **{{ amount_due }}**{% if subscription_name %} for {{ subscription_name }}{% endif %}.

{% if customer_portal_link %}
Confirm the payment by {{ confirm_by }}. It takes a moment, and it is charged right away.

[Confirm Payment]({{ customer_portal_link }})
{% else %}
Please write to us at [{{ support_email }}](mailto:{{ support_email }}), and we will sort it out together.
{% endif %}

| | |
|---|---|
| Invoice | {{ invoice_number }} |
| Amount | {{ amount_due }} |
{% if card_last4 %}| Payment method | {{ card_brand }} ••••\u00a0{{ card_last4 }} |
{% endif %}| Confirm by | {{ confirm_by }} |
`,
  },
  PAYMENT_METHOD_EXPIRING: {
    subject: 'Your {{ card_brand }} card for {{ company_name }} expires soon',
    body: `Hello {{ customer_name }},

Your {{ card_brand }} card ending in {{ card_last4 }} is good through **{{ expiry_date }}**. It pays for {{ subscription_name }}.

{% if customer_portal_link %}
Add your new card now, and everything goes on without a break. It takes about a minute.

[Update Payment Method]({{ customer_portal_link }})
{% else %}
Please write to us at [{{ support_email }}](mailto:{{ support_email }}), and we will sort it out together.
{% endif %}

| | |
|---|---|
| Payment method | {{ card_brand }} ••••\u00a0{{ card_last4 }} |
| Good through | {{ expiry_date }} |
| Pays for | {{ subscription_name }} |
`,
  },
  WEBHOOK_DISABLED: {
    subject: 'We stopped sending webhooks to {{ webhook_url }}',
    body: `Hello {{ staff_name }},

{% if webhook_gone == 'true' %}The webhook endpoint of {{ company_name }} below said that it is gone (410), so we no longer send events to it.{% else %}The webhook endpoint of {{ company_name }} below has given nothing but failures since **{{ failing_since }}**, so we no longer send events to it.{% endif %}

| | |
|---|---|
| Address | {{ webhook_url }} |
| Last answer | {{ last_answer }} |

When it works again, enable it in the console under Settings > Webhooks, or over the API (updateWebhookEndpoint). It will then be told of whatever happens from that moment on; deliveries that failed can be sent again one by one there, too.
`,
  },
  STAFF_INVITATION: {
    subject: 'Join the team of {{ company_name }} on 4Geeks Payments',
    body: `Hello,

{% if inviter_name %}{{ inviter_name }} invites you to join{% else %}You are invited to join{% endif %} the team of **{{ company_name }}** on 4Geeks Payments.

[Join the team]({{ invitation_link }})

| | |
|---|---|
| Role | {{ staff_role }} |
| Valid until | {{ expiry_date }} |

The link works once. If you did not expect this mail, ignore it: nothing happens without you. Do not pass it on.
`,
  },
  SIGN_IN_LINK: {
    subject: 'Sign in to {{ company_name }}',
    body: `Hello{% if customer_name %} {{ customer_name }}{% endif %},

This link signs you in to your billing at {{ company_name }}. It works once and expires in {{ expires_in_minutes }} minutes.

[Sign In]({{ sign_in_link }})

Or enter this code where you asked for the link:

## {{ sign_in_code }}

If you did not ask for this mail, ignore it: nobody can sign in without it. Never pass the code on.
`,
  },
};
