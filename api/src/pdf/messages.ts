/** The words on invoices, in each language. `{braces}` are filled in. */

export type PdfLocale = 'en' | 'es' | 'de' | 'pt' | 'it';

export interface PdfMessages {
  invoice: string;
  receipt: string;
  from: string;
  billTo: string;
  number: string;
  issued: string;
  due: string;
  paidOn: string;
  taxId: string;
  description: string;
  quantity: string;
  unitPrice: string;
  taxRate: string;
  amount: string;
  subtotal: string;
  discount: string;
  /** {tax}: name and rate, {amount}: what it is of */
  taxOf: string;
  /** {tax}: the sentence above */
  taxIncluded: string;
  /** Why no tax was charged, in the words that tax law asks for (Directive 2006/112/EC, Art. 226). */
  reverseCharge: string;
  taxExempt: string;
  total: string;
  credited: string;
  balanceApplied: string;
  amountPaid: string;
  amountDue: string;
  payments: string;
  date: string;
  method: string;
  status: { open: string; past_due: string; paid: string; void: string; uncollectible: string };
  /** {amount}, {date} */
  sentencePaid: string;
  sentenceDue: string;
  /** {amount} */
  sentencePastDue: string;
  /** {email} */
  questions: string;
  /** {page}, {pages} */
  page: string;
}

export const pdfMessages: Record<PdfLocale, PdfMessages> = {
  en: {
    invoice: 'Invoice',
    receipt: 'Receipt',
    from: 'From',
    billTo: 'Bill to',
    number: 'Invoice number',
    issued: 'Issued',
    due: 'Due',
    paidOn: 'Paid',
    taxId: 'Tax ID',
    description: 'Description',
    quantity: 'Qty',
    unitPrice: 'Unit price',
    taxRate: 'Tax',
    amount: 'Amount',
    subtotal: 'Subtotal',
    discount: 'Discount',
    taxOf: '{tax} on {amount}',
    taxIncluded: 'Includes {tax}',
    reverseCharge: 'Reverse charge: the recipient accounts for the tax.',
    taxExempt: 'No tax is charged: the recipient is exempt.',
    total: 'Total',
    credited: 'Credited',
    balanceApplied: 'Credit balance applied',
    amountPaid: 'Amount paid',
    amountDue: 'Amount due',
    payments: 'Payments',
    date: 'Date',
    method: 'Payment method',
    status: {
      open: 'Open',
      past_due: 'Past due',
      paid: 'Paid',
      void: 'Void',
      uncollectible: 'Uncollectible',
    },
    sentencePaid: '{amount} paid on {date}',
    sentenceDue: '{amount} due on {date}',
    sentencePastDue: '{amount} past due',
    questions: 'Questions? Write to {email}',
    page: 'Page {page} of {pages}',
  },
  es: {
    invoice: 'Factura',
    receipt: 'Recibo',
    from: 'De',
    billTo: 'Facturar a',
    number: 'Número de factura',
    issued: 'Fecha de emisión',
    due: 'Vencimiento',
    paidOn: 'Pagada el',
    taxId: 'NIF',
    description: 'Descripción',
    quantity: 'Cant.',
    unitPrice: 'Precio unitario',
    taxRate: 'Impuesto',
    amount: 'Importe',
    subtotal: 'Subtotal',
    discount: 'Descuento',
    taxOf: '{tax} sobre {amount}',
    taxIncluded: 'Incluye {tax}',
    reverseCharge: 'Inversión del sujeto pasivo: el destinatario liquida el impuesto.',
    taxExempt: 'Sin impuestos: el destinatario está exento.',
    total: 'Total',
    credited: 'Abonado',
    balanceApplied: 'Saldo a favor aplicado',
    amountPaid: 'Importe pagado',
    amountDue: 'Importe pendiente',
    payments: 'Pagos',
    date: 'Fecha',
    method: 'Método de pago',
    status: {
      open: 'Pendiente',
      past_due: 'Vencida',
      paid: 'Pagada',
      void: 'Anulada',
      uncollectible: 'Incobrable',
    },
    sentencePaid: '{amount} pagados el {date}',
    sentenceDue: '{amount} a pagar antes del {date}',
    sentencePastDue: '{amount} con pago vencido',
    questions: '¿Preguntas? Escriba a {email}',
    page: 'Página {page} de {pages}',
  },
  de: {
    invoice: 'Rechnung',
    receipt: 'Zahlungsbeleg',
    from: 'Von',
    billTo: 'Rechnung an',
    number: 'Rechnungsnummer',
    issued: 'Rechnungsdatum',
    due: 'Fällig am',
    paidOn: 'Bezahlt am',
    taxId: 'USt-IdNr.',
    description: 'Beschreibung',
    quantity: 'Menge',
    unitPrice: 'Einzelpreis',
    taxRate: 'USt.',
    amount: 'Betrag',
    subtotal: 'Zwischensumme',
    discount: 'Rabatt',
    taxOf: '{tax} auf {amount}',
    taxIncluded: 'Enthält {tax}',
    reverseCharge: 'Steuerschuldnerschaft des Leistungsempfängers (Reverse Charge).',
    taxExempt: 'Keine Steuer berechnet: Der Leistungsempfänger ist befreit.',
    total: 'Gesamtbetrag',
    credited: 'Gutgeschrieben',
    balanceApplied: 'Verrechnetes Guthaben',
    amountPaid: 'Bezahlt',
    amountDue: 'Offener Betrag',
    payments: 'Zahlungen',
    date: 'Datum',
    method: 'Zahlungsmethode',
    status: {
      open: 'Offen',
      past_due: 'Überfällig',
      paid: 'Bezahlt',
      void: 'Storniert',
      uncollectible: 'Uneinbringlich',
    },
    sentencePaid: '{amount} bezahlt am {date}',
    sentenceDue: '{amount} fällig am {date}',
    sentencePastDue: '{amount} überfällig',
    questions: 'Fragen? Schreiben Sie an {email}',
    page: 'Seite {page} von {pages}',
  },
  pt: {
    invoice: 'Fatura',
    receipt: 'Recibo',
    from: 'De',
    billTo: 'Faturar a',
    number: 'Número da fatura',
    issued: 'Data de emissão',
    due: 'Vencimento',
    paidOn: 'Paga em',
    taxId: 'NIF',
    description: 'Descrição',
    quantity: 'Qtd.',
    unitPrice: 'Preço unitário',
    taxRate: 'Imposto',
    amount: 'Valor',
    subtotal: 'Subtotal',
    discount: 'Desconto',
    taxOf: '{tax} sobre {amount}',
    taxIncluded: 'Inclui {tax}',
    reverseCharge: 'IVA – autoliquidação: o imposto é devido pelo destinatário.',
    taxExempt: 'Sem imposto: o destinatário está isento.',
    total: 'Total',
    credited: 'Creditado',
    balanceApplied: 'Saldo a favor aplicado',
    amountPaid: 'Valor pago',
    amountDue: 'Valor em aberto',
    payments: 'Pagamentos',
    date: 'Data',
    method: 'Método de pagamento',
    status: {
      open: 'Em aberto',
      past_due: 'Em atraso',
      paid: 'Paga',
      void: 'Anulada',
      uncollectible: 'Incobrável',
    },
    sentencePaid: '{amount} pagos em {date}',
    sentenceDue: '{amount} a pagar até {date}',
    sentencePastDue: '{amount} em atraso',
    questions: 'Perguntas? Escreva para {email}',
    page: 'Página {page} de {pages}',
  },
  it: {
    invoice: 'Fattura',
    receipt: 'Ricevuta',
    from: 'Da',
    billTo: 'Intestata a',
    number: 'Numero fattura',
    issued: 'Data di emissione',
    due: 'Scadenza',
    paidOn: 'Pagata il',
    taxId: 'Partita IVA',
    description: 'Descrizione',
    quantity: 'Q.tà',
    unitPrice: 'Prezzo unitario',
    taxRate: 'IVA',
    amount: 'Importo',
    subtotal: 'Subtotale',
    discount: 'Sconto',
    taxOf: '{tax} su {amount}',
    taxIncluded: 'Include {tax}',
    reverseCharge: 'Inversione contabile: l’imposta è dovuta dal destinatario.',
    taxExempt: 'Nessuna imposta: il destinatario è esente.',
    total: 'Totale',
    credited: 'Accreditato',
    balanceApplied: 'Credito applicato',
    amountPaid: 'Importo pagato',
    amountDue: 'Importo dovuto',
    payments: 'Pagamenti',
    date: 'Data',
    method: 'Metodo di pagamento',
    status: {
      open: 'Da pagare',
      past_due: 'Scaduta',
      paid: 'Pagata',
      void: 'Annullata',
      uncollectible: 'Inesigibile',
    },
    sentencePaid: '{amount} pagati il {date}',
    sentenceDue: '{amount} da pagare entro il {date}',
    sentencePastDue: '{amount} con pagamento scaduto',
    questions: 'Domande? Scriva a {email}',
    page: 'Pagina {page} di {pages}',
  },
};

/** Puts `values` in the places of their `{names}`. */
export function fill(message: string, values: Record<string, string | number>): string {
  return message.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}
