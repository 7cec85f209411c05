-- CreateEnum
CREATE TYPE "TaxExemption" AS ENUM ('NONE', 'EXEMPT', 'REVERSE_CHARGE');

-- CreateEnum
CREATE TYPE "CouponDuration" AS ENUM ('ONCE', 'REPEATING', 'FOREVER');

-- AlterTable
ALTER TABLE "BalanceEntry" ADD COLUMN     "taxMinor" BIGINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "CreditNote" ADD COLUMN     "taxMinor" BIGINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "Customer" ADD COLUMN     "taxExemption" "TaxExemption" NOT NULL DEFAULT 'NONE';

-- AlterTable
ALTER TABLE "Invoice" ADD COLUMN     "customerTaxId" TEXT,
ADD COLUMN     "discountMinor" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "dueDays" INTEGER,
ADD COLUMN     "taxExemption" "TaxExemption" NOT NULL DEFAULT 'NONE',
ADD COLUMN     "taxIncludedMinor" BIGINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "InvoiceLine" DROP COLUMN "taxRateBps",
ADD COLUMN     "discountMinor" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "taxInclusive" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "taxName" TEXT,
ADD COLUMN     "taxRateId" UUID,
ADD COLUMN     "taxRatePpm" INTEGER;

-- AlterTable
ALTER TABLE "Price" ADD COLUMN     "taxRateId" UUID;

-- CreateTable
CREATE TABLE "TaxRate" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "ratePpm" INTEGER NOT NULL,
    "inclusive" BOOLEAN NOT NULL,
    "country" CHAR(2),
    "region" TEXT,
    "isDefault" BOOLEAN NOT NULL DEFAULT false,
    "archivedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "TaxRate_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Coupon" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "percentOffBps" INTEGER,
    "amountOffMinor" BIGINT,
    "currency" CHAR(3),
    "duration" "CouponDuration" NOT NULL,
    "durationMonths" INTEGER,
    "maxRedemptions" INTEGER,
    "timesRedeemed" INTEGER NOT NULL DEFAULT 0,
    "redeemBy" TIMESTAMPTZ(3),
    "archivedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Coupon_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Discount" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "couponId" UUID NOT NULL,
    "subscriptionId" UUID,
    "invoiceId" UUID,
    "startsAt" TIMESTAMPTZ(3) NOT NULL,
    "endsAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Discount_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "InvoiceDiscount" (
    "merchantId" UUID NOT NULL,
    "invoiceId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "discountId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "percentOffBps" INTEGER,
    "amountMinor" BIGINT NOT NULL,

    CONSTRAINT "InvoiceDiscount_pkey" PRIMARY KEY ("invoiceId","position")
);

-- CreateIndex
CREATE INDEX "TaxRate_merchantId_createdAt_id_idx" ON "TaxRate"("merchantId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "TaxRate_merchantId_id_key" ON "TaxRate"("merchantId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "tax_rate_one_default_per_merchant" ON "TaxRate"("merchantId") WHERE ("isDefault");

-- CreateIndex
CREATE INDEX "Coupon_merchantId_createdAt_id_idx" ON "Coupon"("merchantId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "Coupon_merchantId_id_key" ON "Coupon"("merchantId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Coupon_merchantId_code_key" ON "Coupon"("merchantId", "code");

-- CreateIndex
CREATE INDEX "Discount_merchantId_couponId_idx" ON "Discount"("merchantId", "couponId");

-- CreateIndex
CREATE INDEX "Discount_merchantId_subscriptionId_idx" ON "Discount"("merchantId", "subscriptionId");

-- CreateIndex
CREATE INDEX "Discount_merchantId_invoiceId_idx" ON "Discount"("merchantId", "invoiceId");

-- CreateIndex
CREATE UNIQUE INDEX "Discount_merchantId_id_key" ON "Discount"("merchantId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "discount_once_per_subscription" ON "Discount"("subscriptionId", "couponId") WHERE ("endedAt" IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "discount_once_per_invoice" ON "Discount"("invoiceId", "couponId") WHERE ("endedAt" IS NULL);

-- CreateIndex
CREATE INDEX "InvoiceDiscount_merchantId_invoiceId_idx" ON "InvoiceDiscount"("merchantId", "invoiceId");

-- CreateIndex
CREATE INDEX "InvoiceDiscount_merchantId_discountId_idx" ON "InvoiceDiscount"("merchantId", "discountId");

-- AddForeignKey
ALTER TABLE "Price" ADD CONSTRAINT "Price_merchantId_taxRateId_fkey" FOREIGN KEY ("merchantId", "taxRateId") REFERENCES "TaxRate"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TaxRate" ADD CONSTRAINT "TaxRate_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Coupon" ADD CONSTRAINT "Coupon_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Discount" ADD CONSTRAINT "Discount_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Discount" ADD CONSTRAINT "Discount_merchantId_couponId_fkey" FOREIGN KEY ("merchantId", "couponId") REFERENCES "Coupon"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Discount" ADD CONSTRAINT "Discount_merchantId_subscriptionId_fkey" FOREIGN KEY ("merchantId", "subscriptionId") REFERENCES "Subscription"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Discount" ADD CONSTRAINT "Discount_merchantId_invoiceId_fkey" FOREIGN KEY ("merchantId", "invoiceId") REFERENCES "Invoice"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "InvoiceLine" ADD CONSTRAINT "InvoiceLine_merchantId_taxRateId_fkey" FOREIGN KEY ("merchantId", "taxRateId") REFERENCES "TaxRate"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "InvoiceDiscount" ADD CONSTRAINT "InvoiceDiscount_merchantId_invoiceId_fkey" FOREIGN KEY ("merchantId", "invoiceId") REFERENCES "Invoice"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "InvoiceDiscount" ADD CONSTRAINT "InvoiceDiscount_merchantId_discountId_fkey" FOREIGN KEY ("merchantId", "discountId") REFERENCES "Discount"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Written by hand.
ALTER TABLE "TaxRate" ADD CONSTRAINT "tax_rate_ppm" CHECK ("ratePpm" BETWEEN 0 AND 1000000);
ALTER TABLE "TaxRate" ADD CONSTRAINT "tax_rate_default" CHECK (NOT "isDefault" OR "archivedAt" IS NULL);
ALTER TABLE "Coupon" ADD CONSTRAINT "coupon_off" CHECK (
  num_nonnulls("percentOffBps", "amountOffMinor") = 1
  AND ("amountOffMinor" IS NULL) = ("currency" IS NULL)
  AND ("percentOffBps" BETWEEN 1 AND 10000 OR "percentOffBps" IS NULL)
  AND ("amountOffMinor" BETWEEN 1 AND 9007199254740991 OR "amountOffMinor" IS NULL));
ALTER TABLE "Coupon" ADD CONSTRAINT "coupon_duration" CHECK (
  ("duration" = 'REPEATING') = ("durationMonths" IS NOT NULL) AND ("durationMonths" >= 1 OR "durationMonths" IS NULL));
-- However many redeem at once.
ALTER TABLE "Coupon" ADD CONSTRAINT "coupon_redemptions" CHECK (
  "timesRedeemed" >= 0 AND ("maxRedemptions" >= 1 OR "maxRedemptions" IS NULL)
  AND ("timesRedeemed" <= "maxRedemptions" OR "maxRedemptions" IS NULL));
ALTER TABLE "Discount" ADD CONSTRAINT "discount_of_one_thing" CHECK (num_nonnulls("subscriptionId", "invoiceId") = 1);

-- An invoice's total: its lines less discounts, and the tax that their prices do not contain.
ALTER TABLE "Invoice" DROP CONSTRAINT "invoice_amounts";
ALTER TABLE "Invoice" ADD CONSTRAINT "invoice_amounts" CHECK (
  "totalMinor" BETWEEN 0 AND 9007199254740991
  AND "totalMinor" = "subtotalMinor" - "discountMinor" + "taxMinor" - "taxIncludedMinor"
  AND "amountPaidMinor" >= 0 AND "amountCreditedMinor" >= 0 AND "balanceAppliedMinor" >= 0
  AND "amountPaidMinor" + "amountCreditedMinor" + "balanceAppliedMinor" <= "totalMinor");
ALTER TABLE "Invoice" ADD CONSTRAINT "invoice_due_days" CHECK ("dueDays" BETWEEN 0 AND 365 OR "dueDays" IS NULL);
-- A line is discounted by no more than it is of, and taxed on the same side of zero.
ALTER TABLE "InvoiceLine" ADD CONSTRAINT "invoice_line_discount" CHECK (
  abs("discountMinor") <= abs("amountMinor") AND "discountMinor" * sign("amountMinor") >= 0);
ALTER TABLE "InvoiceLine" ADD CONSTRAINT "invoice_line_tax" CHECK (
  ("taxName" IS NULL) = ("taxRatePpm" IS NULL)
  AND ("taxName" IS NOT NULL OR ("taxMinor" = 0 AND NOT "taxInclusive"))
  AND "taxMinor" * sign("amountMinor") >= 0);
ALTER TABLE "CreditNote" ADD CONSTRAINT "credit_note_tax" CHECK ("taxMinor" <= "amountMinor");
