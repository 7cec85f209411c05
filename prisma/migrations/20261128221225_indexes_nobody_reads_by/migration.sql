-- DropIndex
DROP INDEX "EmailMessage_merchantId_id_key";

-- DropIndex
DROP INDEX "InvoiceLine_merchantId_invoiceId_idx";

-- DropIndex
DROP INDEX "Payment_merchantId_paymentMethodId_idx";
