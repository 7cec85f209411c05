-- AlterTable
ALTER TABLE "Invoice" ADD COLUMN     "balanceCreditedMinor" BIGINT NOT NULL DEFAULT 0;

-- Written by hand. What is given back is no more than what paid the invoice.
ALTER TABLE "Invoice" ADD CONSTRAINT "invoice_balance_credited" CHECK (
  "balanceCreditedMinor" BETWEEN 0 AND "amountPaidMinor" + "balanceAppliedMinor");
