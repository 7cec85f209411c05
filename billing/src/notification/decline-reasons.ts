/**
 * Why a payment failed, for the person who pays: one plain sentence per cause in five languages,
 * each saying what happened and, where it helps, what to do. A card reported lost or stolen is
 * never called so: whoever reads the mail may be the one who should not know.
 */
import type { Locale } from '@4geeks/prisma';

type Cause =
  | 'expired'
  | 'insufficientFunds'
  | 'declined'
  | 'wrongCvc'
  | 'wrongNumber'
  | 'processing'
  | 'authentication'
  | 'notAccepted'
  | 'accountClosed'
  | 'wrongAccount'
  | 'debitNotAuthorized'
  | 'replaced'
  | 'noMethod';

const causes: Record<string, Cause> = {
  expired_card: 'expired',
  insufficient_funds: 'insufficientFunds',
  card_declined: 'declined',
  generic_decline: 'declined',
  do_not_honor: 'declined',
  lost_card: 'declined',
  stolen_card: 'declined',
  pickup_card: 'declined',
  revocation_of_authorization: 'declined',
  revocation_of_all_authorizations: 'declined',
  highest_risk_level: 'notAccepted',
  transaction_not_allowed: 'notAccepted',
  incorrect_cvc: 'wrongCvc',
  incorrect_number: 'wrongNumber',
  processing_error: 'processing',
  authentication_required: 'authentication',
  authentication_failed: 'authentication',
  account_closed: 'accountClosed',
  no_account: 'wrongAccount',
  debit_not_authorized: 'debitNotAuthorized',
  currency_not_supported: 'notAccepted',
  canceled: 'replaced',
  no_payment_method: 'noMethod',
};

const sentences: Record<Locale, Record<Cause, string>> = {
  en: {
    expired: 'The card has expired.',
    insufficientFunds: 'There was not enough money available.',
    declined: 'Your bank declined the payment without giving a reason.',
    wrongCvc: 'The card’s security code (CVC) was not correct.',
    wrongNumber: 'The card number was not correct.',
    processing: 'Your bank could not process the payment at that moment.',
    authentication: 'Your bank wants you to confirm this payment yourself.',
    notAccepted: 'This payment method could not be accepted. Please use another one.',
    accountClosed: 'The bank account has been closed.',
    wrongAccount: 'The bank does not know this account. Please check the number.',
    debitNotAuthorized: 'Your bank does not allow debits by us from this account.',
    replaced: 'Replaced by a payment with another method.',
    noMethod: 'There is no payment method on file.',
  },
  es: {
    expired: 'La tarjeta ha caducado.',
    insufficientFunds: 'No había saldo suficiente.',
    declined: 'Su banco rechazó el pago sin indicar el motivo.',
    wrongCvc: 'El código de seguridad (CVC) de la tarjeta no era correcto.',
    wrongNumber: 'El número de la tarjeta no era correcto.',
    processing: 'Su banco no pudo procesar el pago en ese momento.',
    authentication: 'Su banco pide que confirme usted este pago.',
    notAccepted: 'No se pudo aceptar este método de pago. Utilice otro, por favor.',
    accountClosed: 'La cuenta bancaria está cerrada.',
    wrongAccount: 'El banco no reconoce esta cuenta. Compruebe el número, por favor.',
    debitNotAuthorized: 'Su banco no autoriza nuestros cargos en esta cuenta.',
    replaced: 'Sustituido por un pago con otro método.',
    noMethod: 'No hay ningún método de pago registrado.',
  },
  de: {
    expired: 'Die Karte ist abgelaufen.',
    insufficientFunds: 'Es war nicht genug Guthaben verfügbar.',
    declined: 'Ihre Bank hat die Zahlung ohne Angabe von Gründen abgelehnt.',
    wrongCvc: 'Die Prüfnummer (CVC) der Karte war nicht richtig.',
    wrongNumber: 'Die Kartennummer war nicht richtig.',
    processing: 'Ihre Bank konnte die Zahlung in diesem Moment nicht verarbeiten.',
    authentication: 'Ihre Bank möchte, dass Sie diese Zahlung selbst bestätigen.',
    notAccepted:
      'Diese Zahlungsmethode konnte nicht angenommen werden. Bitte verwenden Sie eine andere.',
    accountClosed: 'Das Bankkonto ist aufgelöst.',
    wrongAccount: 'Die Bank kennt dieses Konto nicht. Bitte prüfen Sie die Nummer.',
    debitNotAuthorized: 'Ihre Bank lässt unsere Lastschriften von diesem Konto nicht zu.',
    replaced: 'Ersetzt durch eine Zahlung mit einer anderen Zahlungsmethode.',
    noMethod: 'Es ist keine Zahlungsmethode hinterlegt.',
  },
  pt: {
    expired: 'O cartão expirou.',
    insufficientFunds: 'Não havia saldo suficiente.',
    declined: 'Seu banco recusou o pagamento sem informar o motivo.',
    wrongCvc: 'O código de segurança (CVC) do cartão não estava correto.',
    wrongNumber: 'O número do cartão não estava correto.',
    processing: 'Seu banco não conseguiu processar o pagamento naquele momento.',
    authentication: 'Seu banco pede que você mesmo confirme este pagamento.',
    notAccepted: 'Não foi possível aceitar este método de pagamento. Use outro, por favor.',
    accountClosed: 'A conta bancária foi encerrada.',
    wrongAccount: 'O banco não reconhece esta conta. Verifique o número, por favor.',
    debitNotAuthorized: 'Seu banco não autoriza os nossos débitos nesta conta.',
    replaced: 'Substituído por um pagamento com outro método.',
    noMethod: 'Não há nenhum método de pagamento cadastrado.',
  },
  it: {
    expired: 'La carta è scaduta.',
    insufficientFunds: 'Non c’era disponibilità sufficiente.',
    declined: 'La tua banca ha rifiutato il pagamento senza indicare il motivo.',
    wrongCvc: 'Il codice di sicurezza (CVC) della carta non era corretto.',
    wrongNumber: 'Il numero della carta non era corretto.',
    processing: 'In quel momento la tua banca non è riuscita a elaborare il pagamento.',
    authentication: 'La tua banca chiede che sia tu a confermare questo pagamento.',
    notAccepted: 'Non è stato possibile accettare questo metodo di pagamento. Usane un altro.',
    accountClosed: 'Il conto bancario è chiuso.',
    wrongAccount: 'La banca non riconosce questo conto. Controlla il numero.',
    debitNotAuthorized: 'La tua banca non autorizza i nostri addebiti su questo conto.',
    replaced: 'Sostituito da un pagamento con un altro metodo.',
    noMethod: 'Non è registrato alcun metodo di pagamento.',
  },
};

/**
 * @param declineCode Payment.declineCode, or `no_payment_method` where nothing could be charged;
 *   codes not known read as a plain refusal.
 */
export function declineReason(declineCode: string | null, locale: Locale): string {
  return sentences[locale][causes[declineCode ?? ''] ?? 'declined'];
}
