-- CreateEnum
CREATE TYPE "DisputeStatus" AS ENUM ('OPEN', 'WON', 'LOST');

-- AlterTable
ALTER TABLE "DunningPolicy" ADD COLUMN     "attemptCap" INTEGER NOT NULL DEFAULT 15,
ADD COLUMN     "graceDays" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "useBackupMethod" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "Invoice" ADD COLUMN     "amountCreditedMinor" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "balanceAppliedMinor" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "footer" TEXT,
ADD COLUMN     "uncollectibleAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "InvoiceLine" ADD COLUMN     "proration" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "Merchant" ADD COLUMN     "nextCreditNoteNumber" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "PaymentMethod" ADD COLUMN     "isBackup" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "Refund" ADD COLUMN     "failureCode" TEXT;

-- AlterTable
ALTER TABLE "Subscription" ADD COLUMN     "pausedAt" TIMESTAMPTZ(3),
ADD COLUMN     "previousSubscriptionId" UUID,
ADD COLUMN     "resumesAt" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "SubscriptionScheduledItem" (
    "merchantId" UUID NOT NULL,
    "subscriptionId" UUID NOT NULL,
    "priceId" UUID NOT NULL,
    "quantity" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SubscriptionScheduledItem_pkey" PRIMARY KEY ("subscriptionId","priceId")
);

-- CreateTable
CREATE TABLE "CreditNote" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "invoiceId" UUID NOT NULL,
    "number" TEXT NOT NULL,
    "amountMinor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "reason" TEXT NOT NULL,
    "refundId" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "CreditNote_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "BalanceEntry" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "customerId" UUID NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "amountMinor" BIGINT NOT NULL,
    "invoiceId" UUID,
    "reason" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "BalanceEntry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DunningCase" (
    "invoiceId" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "customerId" UUID NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "amountMinor" BIGINT NOT NULL,
    "declineCode" TEXT NOT NULL,
    "methodType" "PaymentMethodType",
    "openedAt" TIMESTAMPTZ(3) NOT NULL,
    "recoveredAt" TIMESTAMPTZ(3),
    "recoveredBy" "PaymentTrigger",
    "recoveredAttempt" INTEGER,
    "lostAt" TIMESTAMPTZ(3),

    CONSTRAINT "DunningCase_pkey" PRIMARY KEY ("invoiceId")
);

-- CreateTable
CREATE TABLE "Dispute" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "paymentId" UUID NOT NULL,
    "amountMinor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "status" "DisputeStatus" NOT NULL DEFAULT 'OPEN',
    "reason" TEXT NOT NULL,
    "gatewayDisputeId" TEXT NOT NULL,
    "openedAt" TIMESTAMPTZ(3) NOT NULL,
    "closedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Dispute_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "SubscriptionScheduledItem_merchantId_priceId_idx" ON "SubscriptionScheduledItem"("merchantId", "priceId");

-- CreateIndex
CREATE INDEX "CreditNote_merchantId_invoiceId_idx" ON "CreditNote"("merchantId", "invoiceId");

-- CreateIndex
CREATE UNIQUE INDEX "CreditNote_merchantId_id_key" ON "CreditNote"("merchantId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "CreditNote_merchantId_number_key" ON "CreditNote"("merchantId", "number");

-- CreateIndex
CREATE UNIQUE INDEX "CreditNote_merchantId_refundId_key" ON "CreditNote"("merchantId", "refundId");

-- CreateIndex
CREATE INDEX "BalanceEntry_merchantId_customerId_currency_idx" ON "BalanceEntry"("merchantId", "customerId", "currency");

-- CreateIndex
CREATE UNIQUE INDEX "BalanceEntry_merchantId_id_key" ON "BalanceEntry"("merchantId", "id");

-- CreateIndex
CREATE INDEX "DunningCase_merchantId_openedAt_idx" ON "DunningCase"("merchantId", "openedAt");

-- CreateIndex
CREATE UNIQUE INDEX "DunningCase_merchantId_invoiceId_key" ON "DunningCase"("merchantId", "invoiceId");

-- CreateIndex
CREATE UNIQUE INDEX "Dispute_gatewayDisputeId_key" ON "Dispute"("gatewayDisputeId");

-- CreateIndex
CREATE INDEX "Dispute_merchantId_paymentId_idx" ON "Dispute"("merchantId", "paymentId");

-- CreateIndex
CREATE UNIQUE INDEX "Dispute_merchantId_id_key" ON "Dispute"("merchantId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "payment_method_one_backup_per_customer" ON "PaymentMethod"("customerId") WHERE ("isBackup" AND "removedAt" IS NULL);

-- CreateIndex
CREATE INDEX "refund_in_flight" ON "Refund"("createdAt") WHERE (status = 'PENDING');

-- CreateIndex
CREATE INDEX "subscription_resume_due" ON "Subscription"("resumesAt") WHERE ("resumesAt" IS NOT NULL);

-- AddForeignKey
ALTER TABLE "Subscription" ADD CONSTRAINT "Subscription_merchantId_previousSubscriptionId_fkey" FOREIGN KEY ("merchantId", "previousSubscriptionId") REFERENCES "Subscription"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SubscriptionScheduledItem" ADD CONSTRAINT "SubscriptionScheduledItem_merchantId_subscriptionId_fkey" FOREIGN KEY ("merchantId", "subscriptionId") REFERENCES "Subscription"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SubscriptionScheduledItem" ADD CONSTRAINT "SubscriptionScheduledItem_merchantId_priceId_fkey" FOREIGN KEY ("merchantId", "priceId") REFERENCES "Price"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CreditNote" ADD CONSTRAINT "CreditNote_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CreditNote" ADD CONSTRAINT "CreditNote_merchantId_invoiceId_fkey" FOREIGN KEY ("merchantId", "invoiceId") REFERENCES "Invoice"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CreditNote" ADD CONSTRAINT "CreditNote_merchantId_refundId_fkey" FOREIGN KEY ("merchantId", "refundId") REFERENCES "Refund"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "BalanceEntry" ADD CONSTRAINT "BalanceEntry_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "BalanceEntry" ADD CONSTRAINT "BalanceEntry_merchantId_customerId_fkey" FOREIGN KEY ("merchantId", "customerId") REFERENCES "Customer"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "BalanceEntry" ADD CONSTRAINT "BalanceEntry_merchantId_invoiceId_fkey" FOREIGN KEY ("merchantId", "invoiceId") REFERENCES "Invoice"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DunningCase" ADD CONSTRAINT "DunningCase_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DunningCase" ADD CONSTRAINT "DunningCase_merchantId_customerId_fkey" FOREIGN KEY ("merchantId", "customerId") REFERENCES "Customer"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DunningCase" ADD CONSTRAINT "DunningCase_merchantId_invoiceId_fkey" FOREIGN KEY ("merchantId", "invoiceId") REFERENCES "Invoice"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Dispute" ADD CONSTRAINT "Dispute_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Dispute" ADD CONSTRAINT "Dispute_merchantId_paymentId_fkey" FOREIGN KEY ("merchantId", "paymentId") REFERENCES "Payment"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Written by hand. What is due on an invoice is its total less what was paid, credited before
-- payment, and taken from the customer's balance.
ALTER TABLE "Invoice" DROP CONSTRAINT "invoice_amounts";
ALTER TABLE "Invoice" ADD CONSTRAINT "invoice_amounts" CHECK (
  "totalMinor" BETWEEN 0 AND 9007199254740991
  AND "totalMinor" = "subtotalMinor" + "taxMinor"
  AND "amountPaidMinor" >= 0 AND "amountCreditedMinor" >= 0 AND "balanceAppliedMinor" >= 0
  AND "amountPaidMinor" + "amountCreditedMinor" + "balanceAppliedMinor" <= "totalMinor");
ALTER TABLE "Invoice" DROP CONSTRAINT "invoice_paid_in_full";
ALTER TABLE "Invoice" ADD CONSTRAINT "invoice_paid_in_full" CHECK (
  ("status" = 'PAID') = ("paidAt" IS NOT NULL)
  AND ("status" <> 'PAID' OR "amountPaidMinor" + "amountCreditedMinor" + "balanceAppliedMinor" = "totalMinor"));
ALTER TABLE "Invoice" ADD CONSTRAINT "invoice_void" CHECK (("status" = 'VOID') = ("voidedAt" IS NOT NULL));
ALTER TABLE "Invoice" ADD CONSTRAINT "invoice_uncollectible" CHECK (("status" = 'UNCOLLECTIBLE') = ("uncollectibleAt" IS NOT NULL));
ALTER TABLE "CreditNote" ADD CONSTRAINT "credit_note_amount" CHECK ("amountMinor" > 0);
ALTER TABLE "BalanceEntry" ADD CONSTRAINT "balance_entry_amount" CHECK ("amountMinor" <> 0);
ALTER TABLE "Dispute" ADD CONSTRAINT "dispute_closed" CHECK (("status" = 'OPEN') = ("closedAt" IS NULL));
ALTER TABLE "Refund" ADD CONSTRAINT "refund_settled" CHECK (("status" = 'PENDING') = ("settledAt" IS NULL));
ALTER TABLE "Subscription" ADD CONSTRAINT "subscription_paused" CHECK (
  ("status" = 'PAUSED') = ("pausedAt" IS NOT NULL)
  AND ("status" <> 'PAUSED' OR "nextRenewalAt" IS NULL)
  AND ("resumesAt" IS NULL OR "status" = 'PAUSED'));
ALTER TABLE "SubscriptionScheduledItem" ADD CONSTRAINT "scheduled_item_quantity" CHECK ("quantity" >= 1);
ALTER TABLE "PaymentMethod" ADD CONSTRAINT "payment_method_backup" CHECK (NOT ("isBackup" AND ("isDefault" OR "removedAt" IS NOT NULL)));
ALTER TABLE "DunningPolicy" ADD CONSTRAINT "dunning_policy_numbers" CHECK ("graceDays" BETWEEN 0 AND 90 AND "attemptCap" BETWEEN 1 AND 100);
ALTER TABLE "DunningCase" ADD CONSTRAINT "dunning_case_end" CHECK (
  ("recoveredAt" IS NULL OR "lostAt" IS NULL) AND ("recoveredAt" IS NULL) = ("recoveredBy" IS NULL));
